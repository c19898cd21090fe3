"""The readable pages: harmless whatever is in them, complete, and good to read for everybody."""

import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser

from accounts.models import Profile
from privacy.package.readable import VERIFY_PAGE, stylesheet
from tests.holdings import FACTORIES
from tests.privacy.test_package_build import HOSTILE, many_sessions, opened, package_of, person_with

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P5.1")]


class Seen(HTMLParser):
    """What an HTML reader finds in a page: elements, attributes, links, ids and text."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes.update(name for name, _value in attrs)
        self.links += [value for name, value in attrs if name in {"href", "src"} and value]
        self.ids += [value for name, value in attrs if name == "id" and value]

    def handle_data(self, data: str) -> None:
        self.text += data


def seen(package: zipfile.ZipFile, name: str) -> Seen:
    reader = Seen()
    reader.feed(package.read(name).decode())
    return reader


def pages(package: zipfile.ZipFile) -> Iterator[str]:
    return (name for name in package.namelist() if name.endswith(".html"))


def test_hostile_values_are_text_and_nothing_else(tmp_path: Path) -> None:
    user = person_with("x")
    Profile.objects.filter(user=user).update(name=HOSTILE, workplace=HOSTILE, address="@@records:accounts-user@@")
    for _ in range(6):
        FACTORIES["admin.logentry"](user, HOSTILE)
    package = opened(*package_of(user, tmp_path))
    found = [seen(package, name) for name in pages(package)]
    assert len(found) == 2
    for page in found:
        assert not page.elements & {"script", "img", "iframe", "object", "form", "style", "base"}
        assert not [name for name in page.attributes if name.startswith("on") or name == "style"]
        assert HOSTILE in page.text
        assert all(link.startswith(("http", "mailto:")) or ":" not in link for link in page.links)
    assert "@@records:accounts-user@@" in found[1].text or "@@records:accounts-user@@" in found[0].text


def test_every_link_inside_the_package_leads_somewhere(tmp_path: Path) -> None:
    user = person_with("x", *FACTORIES.keys() & {"accounts.profile", "post_office.email", "admin.logentry"})
    many_sessions(user, 250)
    package = opened(*package_of(user, tmp_path))
    names = set(package.namelist())
    for name in pages(package):
        page = seen(package, name)
        assert len(page.ids) == len(set(page.ids))
        for link in page.links:
            if link.startswith(("http", "mailto:")):
                continue
            target, _, anchor = link.partition("#")
            path = name if not target else str((Path("/") / name).parent.joinpath(target).resolve().relative_to("/"))
            assert path in names, f"{link} on {name}"
            assert not anchor or anchor in seen(package, path).ids


def test_the_first_thousand_rows_are_shown_a_hundred_a_page_and_the_rest_is_pointed_to(tmp_path: Path) -> None:
    user = person_with("x")
    many_sessions(user, 1_234)
    package = opened(*package_of(user, tmp_path))
    shown = [name for name in pages(package) if name.startswith("pages/usersessions")]
    assert len(shown) == 10
    assert sum(package.read(name).count(b'class="record"') for name in shown) == 1_000
    last = seen(package, "pages/usersessions-usersession-10.html")
    assert "These pages show the first 1,000. The other 234 are in the spreadsheet" in last.text
    assert "Records 901 to 1,000 of 1,234" in last.text
    assert "../csv/usersessions-usersession.csv" in last.links
    assert len(package.read("data/usersessions-usersession.jsonl").splitlines()) == 1_234


def test_a_very_long_value_is_cut_on_the_page_with_a_word_about_it(tmp_path: Path) -> None:
    user = person_with("x")
    FACTORIES["post_office.email"](user, "x" * 900)
    (mail,) = FACTORIES["post_office.email"](user, "short")
    type(mail).objects.filter(pk=mail.pk).update(message="y" * 50_000)
    package = opened(*package_of(user, tmp_path))
    page = seen(package, "pages/post_office-email-1.html")
    assert "y" * 5_000 + "… (cut here" in page.text
    assert "y" * 5_001 not in page.text
    assert b"y" * 50_000 in package.read("data/post_office-email.jsonl")


def test_the_page_that_checks_manifests_is_where_the_package_says() -> None:
    assert reverse(VERIFY_PAGE) == "/privacy/verify/"


def test_the_style_sheet_defines_every_token_it_uses() -> None:
    sheet = stylesheet().decode()
    used = {part.split(")")[0].split(",")[0].strip() for part in sheet.split("var(")[1:]}
    assert used
    assert {name for name in used if f"{name}:" not in sheet} == set()
    assert "url(" not in sheet
    assert "@import" not in sheet


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "language"), [(320, "en"), (320, "fr"), (320, "ar"), (1280, "en")])
def test_pages_are_accessible_from_the_disk(
    tmp_path: Path, browser: Browser, scheme: str, width: int, language: str
) -> None:
    user = person_with("some words", "accounts.profile", "post_office.email", "admin.logentry")
    many_sessions(user, 150)
    opened(*package_of(user, tmp_path, language)).extractall(tmp_path / "out")
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,
    )
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    for name in ("index.html", "pages/usersessions-usersession-1.html"):
        page.goto((tmp_path / "out" / name).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("getComputedStyle(document.body).marginTop") == "0px"
        # Before axe, which reads the style sheet in a way that browsers complain about when it lies on a disk.
        assert complaints == []
        assert Axe().run(page).response["violations"] == []
        complaints.clear()
    context.close()
