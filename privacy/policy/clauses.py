"""The clauses of the policy: the promises each keeps, the tables it carries, what the law asks beyond the source."""

from dataclasses import dataclass

from django.conf import settings

# The policy is written in every language of the site; what differs is told in the first one that shows it.
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


@dataclass(frozen=True)
class Clause:
    """One clause. Its words stand in templates/policy/<language>/<id>.html, its tables come from the data map.

    `addition` marks what the company's earlier policy left out and the law asks for; `articles` names that law.
    """

    id: str
    promises: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    addition: bool = False
    articles: str = ""


CLAUSES = (
    Clause("scope", ("P0.1",)),
    Clause("principles", ("P0.2", "P0.3")),
    Clause("collected", ("P1.1", "P1.2", "P1.3", "P1.4"), ("collected",)),
    Clause("purposes", ("P2.1", "P2.2", "P2.3", "P2.4", "P2.5", "P2.6", "P2.7"), ("purposes",)),
    Clause("retention", ("P3.1",), ("retention",)),
    Clause("places", ("P3.2",), ("places",)),
    Clause("security", ("P4.1", "P6.1")),
    Clause("rights", ("P5.1", "P5.2", "P5.3", "P5.4", "P5.5", "P5.6")),
    Clause("objection", addition=True, articles="21"),
    Clause("withdrawal", addition=True, articles="7(3)"),
    Clause("automated", addition=True, articles="22, 13(2)(f)"),
    Clause("deadlines", addition=True, articles="12(3), 12(4)"),
    Clause("identity", ("P7.2",)),
    Clause("complaint", ("P7.3",), addition=True, articles="13(2)(d), 77"),
    Clause("recipients", ("P7.4", "P8.1", "P8.2"), ("recipients", "processors")),
    Clause("links", ("P7.1",)),
    Clause("children", ("P9.1",)),
    Clause("changes", ("P10.1",)),
    Clause("cookies", ("P11.1", "P11.2", "P11.3", "P11.4"), ("trackers", "foreign_trackers")),
    Clause("contact", addition=True, articles="13(1)(a), 13(1)(b)"),
)
