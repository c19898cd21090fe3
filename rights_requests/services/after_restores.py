"""When a legal hold has ended, what it kept of an erasure that a restored backup has lost is asked for again (Art. 17).

The ledger did the erasure again and spared what it had spared. Whether a part stayed for the hold alone, or for another
exception as well, the lost database knew: so two people decide, as on any other erasure (ADR 0070).
"""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from privacy import case_entries
from privacy.actors import SYSTEM
from privacy.case_words import EntryKind
from privacy.data_map.subject import Subject
from privacy.digests import every_form
from privacy.ledger.people import found_in_rows, subject_named_by
from privacy.mail.language import in_our_language
from privacy.models import CaseEntry, LedgerDigest, LegalHold
from privacy.vocabulary import Right
from rights_requests.models import CLOSED_STATES, Message, RightsRequest
from rights_requests.services.filing import Asked, Asker, file
from rights_requests.vocabulary import AFTER_HOLD, Channel, ErasureGround, MessageKind

# So many are looked for in one round: each reads every identifier that there is once.
AT_ONCE = 5


def file_again() -> int:
    """File the erasures of which `privacy.holds_reapplied` noted that they left something for a hold that has ended.

    Returns how many. Once for each note, which says so from then on; safe to run at any time.
    """
    noted = CaseEntry.objects.filter(kind=EntryKind.NOTED, hold__ended_at__isnull=False, data__has_key="slugs")
    filed = CaseEntry.objects.filter(kind=EntryKind.NOTED, data__has_key="filed").values_list("hold_id", "data__ledger")
    pairs, known = noted.order_by("pk").values_list("hold_id", "data__ledger"), set(filed)
    waiting = [pair for pair in pairs if pair not in known]
    return sum(_file_again(hold_id, seq) for hold_id, seq in waiting[:AT_ONCE])


@in_our_language
@transaction.atomic
def _file_again(hold_id: int, seq: int) -> bool:
    """False where nobody is left, and while their erasure is asked for: whatever that leaves is looked at afterwards.

    The hold is locked, so that of two who come at once one files.
    """
    hold = LegalHold.objects.select_for_update().get(pk=hold_id)
    if CaseEntry.objects.filter(hold=hold, data__has_key="filed", data__ledger=seq).exists():
        return False
    digests = set(LedgerDigest.objects.filter(entry__seq=seq).values_list("digest", flat=True))
    if _is_asked_for(digests):
        return False
    subject = subject_named_by(digests, found_in_rows(digests))
    said = _("Nothing of it is left.")
    if subject is not None:
        said = _("Its erasure is in the queue again: %(reference)s.") % {"reference": _file(subject, seq).reference}
    case_entries.write(hold, EntryKind.NOTED, actor=SYSTEM, text=said, data={"ledger": seq, "filed": True})
    return subject is not None


def _file(subject: Subject, seq: int) -> RightsRequest:
    asked = Asked(Right.ERASURE, ground=ErasureGround.NO_LONGER_NEEDED, waives_cooling=True)
    # Nobody but staff can reach somebody of whom neither account nor e-mail address is left.
    channel = Channel.PORTAL if subject.user_id or subject.emails else Channel.LETTER
    asker = Asker(subject, None, channel=channel, in_our_name=AFTER_HOLD)
    request = file(actor=SYSTEM, asker=asker, asked=asked).request
    text = _(
        "A backup was restored, and entry %(number)d of the ledger erased this person again, but for what a legal hold"
        " kept. That hold has ended. Look whether anything else keeps what is left, and delete the rest."
    )
    Message.objects.create(request=request, kind=MessageKind.NOTE, author=str(SYSTEM), text=text % {"number": seq})
    return request


def _is_asked_for(digests: Collection[str]) -> bool:
    theirs = RightsRequest.objects.filter(subject_digest__in=every_form(digests), right=Right.ERASURE)
    return theirs.exclude(state__in=CLOSED_STATES).exists()
