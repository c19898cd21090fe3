"""The part of an erasure that happens elsewhere: recipients are told, and it is not done before they have answered."""

from privacy.actors import SYSTEM
from privacy.data_map.plan import Plan
from privacy.jobs.context import JobContext, Later
from privacy.vocabulary import Action
from rights_requests import states
from rights_requests.contact import open_subject
from rights_requests.selectors import open_notices
from rights_requests.services import telling
from rights_requests.vocabulary import NoticeKind

# A recipient that answers hurries the job; this is for the case that nobody rang.
LOOK_AGAIN_SECONDS = 600.0


def note_recipients(context: JobContext) -> None:
    """Note whom to tell, while the person's identifiers are still known and before the first row is gone (Art. 19)."""
    if context.is_done("receipt"):
        # An erasure that an older version carried out: its receipt is signed, and nobody knows the person any more.
        with context.effect(telling.STEP):
            return
    subject = open_subject(str(context.detail_of("check_plan")["subject"]), context.about)
    with context.effect(telling.STEP) as marker:
        request = states.locked(context.about)
        gone = [item.slug for item in Plan.from_json(request.plan).items if item.action in {Action.ERASE, Action.MASK}]
        marker.count = telling.notify(
            request=request, kind=NoticeKind.ERASURE, subject=subject, slugs=gone, actor=SYSTEM
        )


def wait_for_recipients(context: JobContext) -> None:
    """Go on when every recipient has done it or has shown that it cannot; until then the step waits, without limit.

    Nothing completes over a recipient's silence: staff are asked, and it is they who write down that it is impossible.
    Then what the recipients were still to be told of the person's other requests has no object any more.
    """
    if open_notices(context.about).exists():
        raise Later(LOOK_AGAIN_SECONDS)
    with context.effect("recipients_answered"):
        if not context.is_done("receipt"):
            subject = open_subject(str(context.detail_of("check_plan")["subject"]), context.about)
            telling.end_others(request_id=context.about, digests=subject.digests())
