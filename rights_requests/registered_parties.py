"""The register of recipients as the registers of the law have it: each with its role, safeguard and agreement."""

from collections.abc import Iterator

from django.urls import reverse

from privacy.registers.parties import Agreement, Party
from privacy.vocabulary import PartyRole
from rights_requests.models import Recipient
from rights_requests.selectors import every_recipient

# With an authority there is no contract, and with a controller of its own there need not be one.
NEED_AN_AGREEMENT = frozenset({PartyRole.PROCESSOR, PartyRole.JOINT_CONTROLLER})


def recipients() -> Iterator[Party]:
    """Every recipient of the register, those of the past included; one query."""
    for recipient in every_recipient():
        yield _party(recipient)


def _party(recipient: Recipient) -> Party:
    above = recipient.sub_processor_of
    return Party(
        key=f"recipient:{recipient.pk}",
        name=recipient.name,
        role=recipient.get_role_display(),
        what_for=recipient.what_for,
        country=recipient.country,
        agreement=Agreement(
            # Whoever works for a processor has its agreement with that processor (Art. 28(4)).
            needed=recipient.role in NEED_AN_AGREEMENT and above is None,
            signed_on=recipient.agreement_signed_on,
            ends_on=recipient.agreement_ends_on,
            reference=recipient.agreement_reference,
            kept_at=recipient.agreement_kept_at,
        ),
        page=reverse("admin:rights_requests_recipient_change", args=[recipient.pk]),
        permission="rights_requests.view_recipient",
        receives=tuple(recipient.slugs),
        safeguard=recipient.safeguard,
        contact=recipient.contact,
        security=recipient.security_note,
        works_for=above.name if above else "",
        active=recipient.active,
    )
