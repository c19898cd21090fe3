"""The table of all public pages: where they are, what they are called, what they say of themselves to search engines.

Menus, site map, sitemap.xml and the head of each page read this table and nothing else. A page without a template has a
view of its own; one whose address does not exist in this installation is left out everywhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.db.models import TextChoices
from django.urls import NoReverseMatch, URLResolver, get_resolver, get_script_prefix, get_urlconf, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Section(TextChoices):
    """Where a page stands in the site map."""

    COMPANY = "company", _("Occicor")
    SOLUTIONS = "solutions", _("Solutions")
    DATA = "data", _("Your data")
    CENTRE = "centre", _("What we do with data")
    SITE = "site", _("This site")


@dataclass(frozen=True)
class SitePage:
    """One public page; `title` is its heading and the title of the window, `menu` what leads to it."""

    view: str
    section: Section
    menu: Text
    title: Text
    description: Text
    path: str = ""
    template: str = ""

    @property
    def name(self) -> str:
        """The name of its address inside its app."""
        return self.view.partition(":")[2]

    @property
    def url(self) -> str:
        """Its address in the active language; empty where this installation has no such page."""
        return _address(self.view, place_of_addresses())


class Place(NamedTuple):
    """On what an address depends beside its view; `resolver` is another one once the addresses are others."""

    language: str | None
    prefix: str
    resolver: URLResolver


def place_of_addresses() -> Place:
    """Where addresses are looked up at this moment."""
    return Place(get_language(), get_script_prefix(), get_resolver(get_urlconf()))


@lru_cache(maxsize=1024)
def _address(view: str, place: Place) -> str:
    """The address of a view, looked up once: every page leads to all the others, and that cost more than all else."""
    del place
    try:
        return reverse(view)
    except NoReverseMatch:
        return ""


PAGES = (
    SitePage(
        "visitors:home",
        Section.COMPANY,
        _("Home"),
        _("Software that reads the shelf"),
        _(
            "Makers and shops photograph a shelf; Occicor names each product on it and shows what is there and "
            "what is missing."
        ),
    ),
    SitePage(
        "visitors:platform",
        Section.COMPANY,
        _("Platform"),
        _("From a photograph to an answer"),
        _(
            "How the Occicor Platform works for manufacturers and retailers: photograph a shelf, upload the "
            "picture, read what stands on it."
        ),
        "platform/",
        "visitors/site/platform.html",
    ),
    SitePage(
        "visitors:app",
        Section.COMPANY,
        _("App"),
        _("The App that takes the picture"),
        _(
            "The Occicor App is for people in the shop: who can use it, how one gets in, and what we hold about "
            "those who do."
        ),
        "app/",
        "visitors/site/app.html",
    ),
    SitePage(
        "visitors:about",
        Section.COMPANY,
        _("About"),
        _("We look at shelves, not at people"),
        _("What Occicor does, for whom, and the rules it keeps when it holds data about people."),
        "about/",
        "visitors/site/about.html",
    ),
    SitePage(
        "visitors:newsletter",
        Section.COMPANY,
        _("Newsletter"),
        _("Newsletter"),
        _("News about Occicor by e-mail, only after you confirm your address, and with a way out in every letter."),
    ),
    SitePage(
        "visitors:contact",
        Section.COMPANY,
        _("Contact"),
        _("Write to us"),
        _("Write to Occicor: a person reads every message and answers it."),
    ),
    SitePage(
        "visitors:solutions",
        Section.SOLUTIONS,
        _("Solutions"),
        _("Four questions to one picture"),
        _(
            "One photograph of a shelf answers those who plan it, who market on it, who deliver to it and who "
            "sell from it."
        ),
        "solutions/",
        "visitors/site/solutions.html",
    ),
    SitePage(
        "visitors:planning",
        Section.SOLUTIONS,
        _("Planning"),
        _("Does the shelf match the plan?"),
        _(
            "For those who plan shelves: the plan laid over the photograph, place by place, with what is missing "
            "and what is misplaced."
        ),
        "solutions/planning/",
        "visitors/site/planning.html",
    ),
    SitePage(
        "visitors:marketing",
        Section.SOLUTIONS,
        _("Marketing"),
        _("How much of the shelf is ours?"),
        _(
            "For those who market products: the share of the shelf that a brand really has, measured on the "
            "photograph, shop by shop."
        ),
        "solutions/marketing/",
        "visitors/site/marketing.html",
    ),
    SitePage(
        "visitors:distribution",
        Section.SOLUTIONS,
        _("Distribution"),
        _("Where is the product missing?"),
        _("For those who deliver: which shops have an empty place, since when, and how often it comes back."),
        "solutions/distribution/",
        "visitors/site/distribution.html",
    ),
    SitePage(
        "visitors:sales",
        Section.SOLUTIONS,
        _("Sales"),
        _("Which shop first, and what to do there?"),
        _(
            "For those who visit shops: the stops of the day in order of need, and the list of things to do at "
            "each shelf."
        ),
        "solutions/sales/",
        "visitors/site/sales.html",
    ),
    SitePage(
        "visitors:privacy",
        Section.DATA,
        _("Privacy"),
        _("Your data and your rights"),
        _(
            "See what Occicor holds about you, take it with you, or have it deleted. It costs nothing, and you "
            "need not say why."
        ),
    ),
    SitePage(
        "consent:settings",
        Section.DATA,
        _("Cookie choices"),
        _("Your cookie choices"),
        _("Accept, refuse or withdraw what this site may remember in your browser, purpose by purpose."),
    ),
    SitePage(
        "visitors:security",
        Section.DATA,
        _("Security"),
        _("How your data is kept safe"),
        _(
            "What protects the data on this site, measure by measure, what nobody has checked yet, and how to "
            "tell us about a weakness."
        ),
        "security/",
        "visitors/site/security.html",
    ),
    SitePage(
        "rights_requests:new",
        Section.DATA,
        _("Make a request"),
        _("Make a request about your data"),
        _("Ask Occicor for a copy of your data, or to correct, delete, restrict or move it. It is free and quick."),
    ),
    SitePage(
        "rights_requests:child",
        Section.DATA,
        _("Data of somebody under 18"),
        _("Tell us about a child"),
        _("Anyone can tell Occicor that it holds data of somebody under 18; it is blocked at once and deleted."),
    ),
    SitePage(
        "visitors:held",
        Section.CENTRE,
        _("What we hold, and why"),
        _("What we hold, and why"),
        _(
            "Everything Occicor may hold about anybody, each thing with a label: why, until when, where from, "
            "and who sees it."
        ),
    ),
    SitePage(
        "visitors:recipients",
        Section.CENTRE,
        _("Who receives it"),
        _("Who receives it"),
        _("Who receives personal data from Occicor, by kind and by name, and what each of them receives."),
    ),
    SitePage(
        "visitors:places",
        Section.CENTRE,
        _("Where it is kept"),
        _("Where it is kept"),
        _("In which countries and places Occicor keeps personal data, and what protects it there."),
    ),
    SitePage(
        "visitors:retention",
        Section.CENTRE,
        _("How long it is kept"),
        _("How long it is kept"),
        _("How long Occicor keeps what it holds about visitors, people with an account, and those who write to it."),
    ),
    SitePage(
        "visitors:safeguards",
        Section.CENTRE,
        _("How it is kept safe"),
        _("How it is kept safe"),
        _("How Occicor keeps personal data safe: what it does, and nothing that it does not."),
    ),
    SitePage(
        "visitors:authorities",
        Section.CENTRE,
        _("Authorities, country by country"),
        _("Authorities, country by country"),
        _("Who takes a complaint about personal data where you live, and how long the law there gives us to answer."),
    ),
    SitePage(
        "visitors:figures",
        Section.CENTRE,
        _("How we answer: the figures"),
        _("How we answer: the figures"),
        _("How many people used their rights, how many requests Occicor refused, and how many waited too long."),
    ),
    SitePage(
        "visitors:policy",
        Section.CENTRE,
        _("Privacy policy"),
        _("Privacy policy"),
        _("What Occicor does with personal data, why, how long, and who receives it, clause by clause."),
    ),
    SitePage(
        "visitors:policy_versions",
        Section.CENTRE,
        _("Versions of the privacy policy"),
        _("Versions of the privacy policy"),
        _(
            "Every version of Occicor’s privacy policy, what changed with it and why, and any two compared word "
            "by word."
        ),
    ),
    SitePage(
        "rights_requests:verify",
        Section.CENTRE,
        _("Check a signed document"),
        _("Check a signed document"),
        _("Find out whether a receipt or a copy of data was signed by Occicor and is unchanged."),
    ),
    SitePage(
        "visitors:accessibility",
        Section.SITE,
        _("Accessibility"),
        _("Accessibility of this site"),
        _(
            "What makes this site usable for everybody, how that is tested, what is not good enough yet, and whom"
            " to tell."
        ),
        "accessibility/",
        "visitors/site/accessibility.html",
    ),
    SitePage(
        "visitors:display",
        Section.SITE,
        _("Display"),
        _("How you see this site"),
        _("Choose light or dark, the size of the words, whether things move, and the language."),
    ),
    SitePage(
        "visitors:api",
        Section.SITE,
        _("For developers"),
        _("The API for apps"),
        _("What an app can ask of this site and do for its people, address by address."),
    ),
    SitePage(
        "visitors:legal",
        Section.SITE,
        _("Legal notice"),
        _("Legal notice"),
        _("Who publishes this site, who hosts it, and how to reach them."),
        "legal/",
        "visitors/site/legal.html",
    ),
    SitePage(
        "visitors:site_map",
        Section.SITE,
        _("Site map"),
        _("All pages of this site"),
        _("Every public page of this site with a sentence on what you find there."),
        "site-map/",
        "visitors/site/site_map.html",
    ),
)
BY_VIEW = {page.view: page for page in PAGES}
# What the head of every page leads to.
MENU = tuple(BY_VIEW[f"visitors:{name}"] for name in ("platform", "solutions", "about", "privacy"))


def pages_here() -> Iterator[SitePage]:
    """Every page that this installation has."""
    return (page for page in PAGES if page.url)


def every_address() -> list[str]:
    """Where each of them is, in every language."""
    found: list[str] = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            found += [page.url for page in pages_here()]
    return found


def first_pages() -> list[str]:
    """The first page in every language; the address of every other page there begins with it."""
    found = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            found.append(BY_VIEW["visitors:home"].url)
    return found


def pages_by_section() -> list[tuple[Section, list[SitePage]]]:
    """The same, by section, in the order of the site map."""
    here = list(pages_here())
    return [(section, [page for page in here if page.section is section]) for section in Section]
