"""Links within the site: each leads somewhere, and to a place that is on the page it names."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from urllib.parse import unquote, urlsplit

from django.utils import translation

from tests.audit.stage import Stage
from tests.audit.verdict import Verdict
from tests.audit.walking import MOST_ADDRESSES, Walk

LETTERS = "/outbox/"
MARKUP = {"text/html", "image/svg+xml"}


def verdicts(stage: Stage) -> Iterator[Verdict]:
    """No broken link, whoever follows it; links to other sites are listed and not followed."""
    good = {address for walk in stage.walks for address, answer in walk.answers.items() if answer.status < 400}
    found = list(dict.fromkeys(line for walk in stage.walks for line in broken(walk, good)))
    found += [f"{walk.role}: gave up after {MOST_ADDRESSES} addresses" for walk in stage.walks if _gave_up(walk)]
    addresses = {address for walk in stage.walks for address in walk.answers}
    elsewhere = sorted({address for walk in stage.walks for address in walk.elsewhere})
    note = f"{len(addresses)} addresses asked for; elsewhere, not followed: {', '.join(elsewhere) or 'none'}"
    yield Verdict.of("links: broken", len(pages_read(stage.walks)), found, note)


def pages_read(walks: Sequence[Walk]) -> set[str]:
    """The pages whose links were followed."""
    return {address for walk in walks for address, answer in walk.answers.items() if answer.is_page}


def broken(walk: Walk, good: AbstractSet[str] = frozenset()) -> Iterator[str]:
    """Every link that leads to an error, or to a place that its page does not have; `good` is what works for somebody.

    Letters at the outbox are each one person's: what they lead to must work for that one.
    """
    for at, contents in walk.contents.items():
        for link in contents.links:
            answer = walk.answers.get(link.address)
            # A page that is not there still leads to itself, as every page does, and to itself in other languages.
            if (
                answer is None
                or (LETTERS in at and link.address in good)
                or (walk.answers[at].status >= 400 and _same(at, link.address))
            ):
                continue
            if answer.status >= 400:
                yield f"{urlsplit(at).path} ({walk.role}): {link.written} answers {answer.status}"
            elif link.fragment and answer.media_type in MARKUP and not _has(walk, link.address, link.fragment):
                yield f"{urlsplit(at).path} ({walk.role}): {link.written} names a place that is not there"


def _same(one: str, other: str) -> bool:
    """Whether two addresses are one page, whatever the language."""
    return _plain(one) == _plain(other)


def _plain(address: str) -> str:
    path = urlsplit(address).path
    language = translation.get_language_from_path(path)
    return path.removeprefix(f"/{language}") if language else path


def _has(walk: Walk, address: str, fragment: str) -> bool:
    places = walk.contents[address].places
    return fragment == "top" or bool({fragment, unquote(fragment)} & places)


def _gave_up(walk: Walk) -> bool:
    return len(walk.answers) >= MOST_ADDRESSES
