"""The one message of a shared card: to whom it is given, from whom, which parts, until when, and how to refuse it."""

from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import SharingGrant
from privacy import ledger
from privacy.data_map.subject import Subject, has_account
from privacy.mail.address import contact_address
from privacy.mail.language import spoken
from privacy.mail.queue import Outcome, queue
from privacy.models import PolicySeen
from privacy.package.words import day_teller, zone
from privacy.vocabulary import Purpose


def tell(grant: SharingGrant, *, who: str) -> Outcome:
    """Queue the message in the caller's transaction, unless the address wants none or had enough of them today.

    STOPPED then, and the owner is not told: it would say something about whoever has the address. Nothing of the card
    stands in it but whose it is, for mail is read on the way. In the reader's language, or that of the page.
    """
    if _had_enough(grant) or _is_erased(grant.viewer_email):
        return Outcome.STOPPED
    return _queue(grant, who)


def _queue(grant: SharingGrant, who: str) -> Outcome:
    with translation.override(_language(grant)):
        return queue(
            to=grant.viewer_email,
            template="accounts/card_shared",
            context={
                "who": who,
                "email": grant.viewer_email,
                "until": day_teller()(timezone.localtime(grant.until, zone()).date()),
                "cards_url": f"{settings.SITE_URL}{reverse('accounts:sharing_received')}",
                "rights_url": f"{settings.SITE_URL}{reverse('visitors:privacy')}",
                "contact": contact_address(),
            },
            about=grant.pk,
            purpose=Purpose.SERVICE_MESSAGES,
        )


def _language(grant: SharingGrant) -> str:
    """In which the reader last read our policy; for somebody new to us the sharer's is the best guess."""
    theirs = {"user__emailaddress__email": grant.viewer_email, "user__emailaddress__verified": True}
    read_in = PolicySeen.objects.filter(**theirs).order_by("-version_id").values_list("language", flat=True)
    return spoken(read_in.first() or translation.get_language())


def _had_enough(grant: SharingGrant) -> bool:
    """Whether many cards were given to this address within a day, by whomever: each would be one more message."""
    today = SharingGrant.objects.filter(viewer_email=grant.viewer_email, made_at__gt=Now() - timedelta(days=1)).exclude(
        pk=grant.pk
    )
    return today.count() >= settings.SHARING_MESSAGES_PER_DAY


def _is_erased(address: str) -> bool:
    """Whether the person had their data deleted and has not come back: then nobody's wish makes us write to them."""
    asked = ledger.asked_to_be_erased(Subject(emails=frozenset({address})).digests())
    return asked and not has_account(address)
