"""What was chosen and shown before: by one account or browser, and every version of the notice."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from consent import receipts
from consent.choices import Consent
from consent.deciding import Who
from consent.models import ConsentEvent, NoticePicture, NoticeVersion
from consent.vocabulary import ChoiceState, Method

# So many lines of a history are shown; a copy of one's data (Art. 15) holds all of them.
SHOWN = 100


@dataclass(frozen=True)
class Chosen:
    """One purpose of a choice, in the words of the notice under which it was made."""

    title: str
    is_given: bool


@dataclass(frozen=True)
class Line:
    """One choice of the past."""

    event: ConsentEvent
    how: str
    chosen: list[Chosen]
    token: str


def of(consent: Consent) -> list[Line]:
    """The choices of who is signed in, else those of this browser, newest first; at most SHOWN of them."""
    digests = Who(consent.user_id, consent.ref, None).digests
    found = ConsentEvent.objects.filter(digest__in=digests).select_related("notice")
    return [line_of(event) for event in found.order_by("-id")[:SHOWN]]


def line_of(event: ConsentEvent) -> Line:
    """A choice in words."""
    titles = {purpose["code"]: purpose["title"] for purpose in event.notice.content["purposes"]}
    chosen = [Chosen(titles.get(code, code), state == ChoiceState.GIVEN) for code, state in event.states.items()]
    return Line(event, str(Method(event.method).label), chosen, receipts.token_of(event.key))


def about(event: ConsentEvent) -> dict[str, Any]:
    """What the page of a receipt shows: the choice, and the purposes as they were described."""
    purposes = [purpose for purpose in event.notice.content["purposes"] if purpose["code"] in event.states]
    return {"line": line_of(event), "content": event.notice.content, "purposes": purposes}


def versions() -> list[NoticeVersion]:
    """Every version of the notice, in the reader's language, newest first."""
    return list(NoticeVersion.objects.filter(language=_language()))


def version(number: int) -> NoticeVersion | None:
    """One of them."""
    return NoticeVersion.objects.filter(number=number, language=_language()).first()


def pictures(shown: NoticeVersion) -> list[NoticePicture]:
    """How it looked, from narrow to wide, without the pictures themselves."""
    return list(NoticePicture.objects.filter(notice=shown).defer("png"))


def picture(picture_id: int) -> NoticePicture | None:
    """One of them, with the picture itself."""
    return NoticePicture.objects.filter(pk=picture_id).first()


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE
