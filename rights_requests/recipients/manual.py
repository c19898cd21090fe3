"""Recipients that a person writes to: the text of the message, and what a member of staff must say to tick it off."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from privacy.package.statements import CONTROLLER_NAME
from rights_requests.recipients.notices import Detail, NotGenuine, Notice, Outcome, Party, Received
from rights_requests.vocabulary import NoticeKind, NoticeState

_ASKED = {
    NoticeKind.ERASURE: _("Please erase all personal data about this person that you have from us or hold for us."),
    NoticeKind.RECTIFICATION: _(
        "Please correct the personal data about this person that you have from us or hold for us."
    ),
    NoticeKind.RESTRICTION: _(
        "Please restrict the use of the personal data about this person that you have from us or hold for us: keep it,"
        " and do nothing else with it until we write again."
    ),
    NoticeKind.RESTRICTION_LIFTED: _(
        "The restriction that we asked you to apply for this person is over. You may use the data again as before."
    ),
}
_KNOWN_BY = {
    "email": _("E-mail address"),
    "phone": _("Telephone number"),
    "user": _("Our number for the person"),
    "visitor": _("Our code for the visitor"),
}
_ENDING = _(
    "Please answer when it is done, or tell us why it is impossible or would take a disproportionate effort"
    " (Article 19 GDPR). Name this number in your answer: %(id)s"
)


@dataclass(frozen=True)
class Letter:
    """A message to a recipient: plain text, since it is copied into whatever mail program staff use."""

    subject: str
    text: str


def tell(_party: Party, _notice: Notice, _now: datetime) -> Outcome:
    """Nothing is sent by us: a member of staff writes, and ticks it off."""
    return Outcome(NoticeState.PENDING, Detail.STAFF_TASK)


def check(_party: Party, _notice_id: UUID, _now: datetime) -> Outcome:
    """Nobody can be asked but the member of staff who wrote."""
    return Outcome(NoticeState.PENDING, Detail.STAFF_TASK)


def read_callback(_party: Party, _received: Received, _now: datetime) -> Outcome:
    """Such recipients have no key, so whatever claims to come from one is not genuine."""
    raise NotGenuine("no key to check with")


def faults(_party: Party) -> Iterator[tuple[str, Any]]:
    """Nothing has to be set."""
    return iter(())


def letter(party: Party, notice: Notice) -> Letter:
    """The message to a recipient, in the active language: what is asked, about whom, and how to answer."""
    lines = [f"{_KNOWN_BY[found.kind]}: {found.value}" for found in notice.identifiers]
    changes = [
        _("%(field)s: “%(old)s” becomes “%(new)s”") % {"field": made.field, "old": made.old, "new": made.new}
        for made in notice.corrections
    ]
    parts = [
        party.name,
        str(_ASKED[notice.kind]),
        "\n".join(lines),
        "\n".join(changes),
        _ENDING % {"id": notice.id},
        CONTROLLER_NAME,
    ]
    subject = _("%(what)s (number %(id)s)") % {"what": notice.kind.label, "id": str(notice.id)[:8]}
    return Letter(capfirst(subject), "\n\n".join(part for part in parts if part))
