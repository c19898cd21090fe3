"""A message as its readers will see it, language by language, for the pages of staff."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language_info

from consent.mailings.letter import letter
from consent.mailings.models import Mailing
from consent.mailings.reach import Progress
from consent.mailings.vocabulary import CopyState


@dataclass(frozen=True)
class Preview:
    """The message in one language; `written` is False where its readers get another one, `readers` may be unknown."""

    code: str
    name: str
    bidi: bool
    written: bool
    subject: str
    text: str
    readers: int | None


def previews(mailing: Mailing, readers: Mapping[str, int] | None = None) -> Iterator[Preview]:
    """One for each language of the site: what arrives, with links that lead to nothing."""
    for code, name in settings.LANGUAGES:
        found = letter(mailing, code)
        yield Preview(
            code=code,
            name=str(name),
            bidi=bool(get_language_info(code)["bidi"]),
            written=code in mailing.texts,
            subject=found.subject,
            text=found.text,
            readers=readers.get(code, 0) if readers is not None else None,
        )


def in_words(found: Progress) -> list[tuple[str, int]]:
    """What became of a message for how many, in the order of the list."""
    return [(str(state.label), found.states.get(state, 0)) for state in CopyState]
