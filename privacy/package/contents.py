"""What is told about one holding: what its declaration says, in the active language, and what was copied of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from privacy.data_map.declarations import Holding, Word
from privacy.data_map.plan import one_line, retention
from privacy.package.columns import Column, columns_of
from privacy.package.per_language import per_language
from privacy.package.redactions import Why
from privacy.vocabulary import Category


@dataclass(frozen=True)
class Described:
    """A holding as its declaration describes it (Art. 15(1) GDPR), in one language."""

    slug: str
    title: str
    paragraphs: list[str]
    purposes: list[dict[str, str]]
    basis: dict[str, str]
    source: str
    recipients: list[str]
    retention: dict[str, Any]
    categories: list[dict[str, str]]
    columns: tuple[Column, ...]
    left_out: dict[Word, list[str]]
    kept_fields: list[dict[str, str]]


@dataclass
class Copied:
    """One holding as it went into the package; `lines` are its first rows as JSON, for the readable pages.

    `columns` are the exported fields as they are read, `source` is the SQL that selects them, `alone` says that it is
    read by statements of its own; `left_out` says for each reason of how many values something was left out, and
    `withheld` which further files are not there because of that.
    """

    holding: type[Holding]
    described: Described
    count: int = 0
    other_people: int = 0
    columns: tuple[Column, ...] = ()
    source: str = ""
    alone: bool = False
    left_out: dict[Why, int] = field(default_factory=dict)
    withheld: list[str] = field(default_factory=list)
    lines: list[bytes] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    pages: int = 0
    shown: int = 0
    inline: str = ""

    @property
    def slug(self) -> str:
        """The stable name of the holding in files and links."""
        return self.described.slug

    def __post_init__(self) -> None:
        self.columns = self.columns or self.described.columns


@contextmanager
def named(copied: Copied) -> Iterator[None]:
    """An error that leaves has the holding's name as a note, so that staff are told where it stands still.

    Of several names the first one counts.
    """
    try:
        yield
    except Exception as error:
        name_in(error, copied)
        raise


def name_in(error: Exception, copied: Copied) -> None:
    """Note the holding's name in an error."""
    error.add_note(f"holding:{copied.slug}")


@per_language
def described(holding: type[Holding]) -> Described:
    """What the declaration says, in the active language."""
    rules = holding.rules().items()
    codes = dict.fromkeys(rule.category for _name, rule in holding.exported())
    return Described(
        slug=holding.slug(),
        title=str(holding.title) or str(holding.model()._meta.verbose_name_plural),
        paragraphs=[_(one_line(holding.__doc__))],
        purposes=[{"code": purpose.value, "text": str(purpose.label)} for purpose in holding.purposes],
        basis={"code": holding.basis.value, "text": str(holding.basis.label)},
        source=str(holding.source),
        recipients=[_(name) for name in holding.receivers()],
        retention=_retention(holding),
        categories=[{"code": code, "text": str(Category(code).label)} for code in codes],
        columns=columns_of(holding),
        left_out={
            word: [name for name, rule in rules if rule.word is word and not rule.exported]
            for word in (Word.SECRET, Word.SYSTEM)
        },
        kept_fields=[
            {"field": name, "reason": _(rule.why)} for name, rule in rules if rule.word is Word.KEPT and rule.why
        ],
    )


def _retention(holding: type[Holding]) -> dict[str, Any]:
    """How long it is kept, as data and as words."""
    rule = holding.retain
    return {"profile": rule.profile.value, "after": rule.after, "days": rule.days, "text": retention(holding)}
