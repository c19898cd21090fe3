"""A message as its readers will see it, language by language, for the pages of staff."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language_info, gettext

from consent.mailings.letter import letter, own_links
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
    """One for each language of the site: what arrives, with words in place of the links that are each reader's own."""
    for code, name in settings.LANGUAGES:
        found = letter(mailing, code)
        text = found.text
        for link in own_links(mailing, code):
            text = text.replace(link, gettext("(each reader’s own link)"))
        yield Preview(
            code=code,
            name=str(name),
            bidi=bool(get_language_info(code)["bidi"]),
            written=code in mailing.texts,
            subject=found.subject,
            text=text,
            readers=readers.get(code, 0) if readers is not None else None,
        )


def in_words(found: Progress) -> list[tuple[str, int]]:
    """What became of a message for how many, in the order of the list."""
    return [(str(state.label), found.states.get(state, 0)) for state in CopyState]
