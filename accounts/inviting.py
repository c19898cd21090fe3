"""Tells whoever a Customer enrolled: who gave what, and what they can do, one by one or many at once (Art. 14 GDPR)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from accounts.models import Customer, Enrolment
from accounts.vocabulary import ENROLMENT_DAYS, OurRole
from privacy.mail.address import contact_address
from privacy.mail.bulk import Copy, queue_many
from privacy.mail.language import in_their_language
from privacy.mail.queue import Outcome, message_id, queue, render
from privacy.package.words import day_teller, zone
from privacy.vocabulary import Purpose

TEMPLATE = "accounts/enrolled"
PURPOSE = Purpose.LEGAL_DUTIES


@in_their_language
def invite(customer: Customer, made: Enrolment) -> None:
    """Tell one person, in the caller's transaction; once, whatever happens.

    In the language that the Customer's people speak: nobody has asked the person themselves yet.
    """
    context = {**_of_customer(customer), **_of_person(made)}
    outcome = queue(to=made.work_email, template=TEMPLATE, context=context, about=made.pk, purpose=PURPOSE)
    if outcome is Outcome.ACCEPTED:
        Enrolment.objects.filter(pk=made.pk).update(invited_at=Now())
        made.refresh_from_db(fields=["invited_at"])


@in_their_language
@transaction.atomic
def invite_many(customer: Customer, made: Sequence[Enrolment]) -> int:
    """Tell these people of one Customer, in the caller's transaction; to how many a message goes.

    The same letter as `invite` writes, once for each enrolment; the caller keeps two apart that tell the same people.
    """
    known = _of_customer(customer)
    copies = [
        Copy(
            about=one.pk,
            to=one.work_email,
            letter=render(TEMPLATE, {**known, **_of_person(one)}),
            headers={},
            message_id=message_id(one.pk, TEMPLATE),
            sender=settings.DEFAULT_FROM_EMAIL,
        )
        for one in made
    ]
    outcomes = queue_many(copies=copies, template=TEMPLATE, purpose=PURPOSE)
    accepted = [about for about, outcome in outcomes.items() if outcome is Outcome.ACCEPTED]
    return Enrolment.objects.filter(pk__in=accepted).update(invited_at=Now())


def _of_customer(customer: Customer) -> Mapping[str, Any]:
    return {
        "customer": customer.name,
        "when": day_teller()(timezone.localtime(timezone=zone()).date()),
        "customer_decides": customer.our_role == OurRole.PROCESSOR,
        "customer_answers": customer.answers_itself,
        "customer_contact": customer.privacy_contact,
        "kept_days": ENROLMENT_DAYS,
        "rights_url": f"{settings.SITE_URL}{reverse('visitors:privacy')}",
        "claim_url": f"{settings.SITE_URL}{reverse('accounts:claim')}",
        "contact": contact_address(),
    }


def _of_person(made: Enrolment) -> Mapping[str, Any]:
    """Names of attributes only, for mail is read on the way and in shared mailboxes."""
    return {"nickname": made.nickname, "attributes": ", ".join(made.attributes)}
