"""What a package holds of one holding, in the active language: the facts that every page and the manifest tell."""

from dataclasses import dataclass, field
from inspect import cleandoc
from typing import Any

from django.utils.translation import gettext as _

from privacy.data_map.declarations import Holding, Word
from privacy.data_map.plan import retention
from privacy.package.columns import Column
from privacy.vocabulary import Category


@dataclass
class Copied:
    """One holding as it went into the package; `lines` are its first rows as JSON, for the readable pages."""

    holding: type[Holding]
    columns: list[Column]
    count: int = 0
    other_people: int = 0
    lines: list[bytes] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    pages: int = 0
    shown: int = 0
    inline: str = ""

    @property
    def slug(self) -> str:
        """The stable name of the holding in files and links."""
        return self.holding.slug()

    @property
    def title(self) -> str:
        """The name of the holding for a person."""
        return str(self.holding.title) or str(self.holding.model()._meta.verbose_name_plural)

    @property
    def paragraphs(self) -> list[str]:
        """What the holding is, as its declaration tells the person."""
        text = _(cleandoc(self.holding.__doc__ or ""))
        return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]

    @property
    def purposes(self) -> list[dict[str, str]]:
        """Why we hold it."""
        return [{"code": purpose.value, "text": str(purpose.label)} for purpose in self.holding.purposes]

    @property
    def basis(self) -> dict[str, str]:
        """What allows it."""
        return {"code": self.holding.basis.value, "text": str(self.holding.basis.label)}

    @property
    def source(self) -> str:
        """Where it came from."""
        return str(self.holding.source)

    @property
    def recipients(self) -> list[str]:
        """Who receives or sees it, named."""
        shared = [rule.shared_with for _name, rule in self.holding.exported() if rule.shared_with]
        return [_(name) for name in dict.fromkeys([*self.holding.recipients, *shared])]

    @property
    def retention(self) -> dict[str, Any]:
        """How long it is kept, as data and as words."""
        retain = self.holding.retain
        return {
            "profile": retain.profile.value,
            "after": retain.after,
            "days": retain.days,
            "text": retention(self.holding),
        }

    @property
    def categories(self) -> list[dict[str, str]]:
        """Which kinds of personal data it holds."""
        codes = dict.fromkeys(rule.category for _name, rule in self.holding.exported())
        return [{"code": code, "text": str(Category(code).label)} for code in codes]

    def left_out(self, word: Word) -> list[str]:
        """The names of the fields of this word that are not in the package."""
        return [name for name, rule in self.holding.rules().items() if rule.word is word and not rule.exported]

    @property
    def kept_fields(self) -> list[dict[str, str]]:
        """Fields that erasure would leave, each with the reason (Art. 17(3) GDPR)."""
        rules = self.holding.rules().items()
        return [{"field": name, "reason": _(rule.why)} for name, rule in rules if rule.word is Word.KEPT and rule.why]
