"""The company's pages: one table that menus, site map and heads come from, drawings that agree with their figures."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.checks import run_checks
from django.core.files.storage import FileSystemStorage
from django.test import Client, override_settings
from django.urls import reverse
from django.utils.html import escape

from occicor.static_files import BundledStaticFiles, joined
from tests.factories import make_staff, make_user
from tests.privacy.policy.publishing import published
from visitors.checks import WANTED
from visitors.shelf import FOUND, PRODUCTS, SHELF, SHOPS, WEEK
from visitors.site_pages import PAGES, SitePage, pages_here

pytestmark = pytest.mark.django_db
STATIC = Path(__file__).resolve().parents[2] / "static"
TEMPLATES = STATIC.parent / "templates"
# What the first view of home may weigh in all, as it goes over the wire, and the script in it.
HOME_BYTES = 60 * 1024
SCRIPT_BYTES = 10 * 1024
# The words of a class attribute, and of the block that gives a page its class.
CLASSES = re.compile(r"""class="((?:\{%.*?%\}|[^"])*)"|_class %\}(.*?)\{%""")
LOADED = re.compile(r'<(?:link|script|img)\b[^>]*?(?:href|src)="(/static/[^"]+)"')


def shown(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_each_page_of_the_table_says_in_its_head_what_it_is_and_where(client: Client) -> None:
    published()
    for page in pages_here():
        text = shown(client, f"{page.url}?place=FR")
        if page.template:
            assert f"<h1>{escape(page.title)}</h1>" in text, page
            assert f"<title>{escape(page.title)} – Occicor</title>" in text
        assert f'<meta name="description" content="{escape(page.description)}">' in text
        assert f'<link rel="canonical" href="{settings.SITE_URL}{page.url}">' in text
        assert f'<link rel="alternate" hreflang="ar" href="{settings.SITE_URL}/ar{page.url}">' in text
        assert 50 < len(str(page.description)) < 165, page
        assert text.count('<meta name="description"') == 1


def test_no_two_pages_say_the_same_of_themselves() -> None:
    for said in (lambda page: str(page.description), lambda page: page.view):
        assert max(Counter(map(said, PAGES)).values()) == 1


def test_what_machines_read_of_a_page_is_valid_and_names_this_page(client: Client) -> None:
    for path in ("/", "/solutions/sales/"):
        block = re.search(r'<script type="application/ld\+json">(.+?)</script>', shown(client, path))
        assert block
        company, page = json.loads(block[1])["@graph"]
        assert page["url"] == settings.SITE_URL + path
        assert company["name"] == settings.PUBLISHER["name"]


@override_settings(PUBLISHER={**settings.PUBLISHER, "name": '</script><b>"Shelf & Söhne\\'})
def test_a_name_with_quotes_and_brackets_stays_a_name(client: Client) -> None:
    block = re.search(r'<script type="application/ld\+json">(.+?)</script>', shown(client, "/"))
    assert block
    assert json.loads(block[1])["@graph"][0]["name"] == '</script><b>"Shelf & Söhne\\'


def test_personal_pages_say_nothing_of_themselves_to_machines(client: Client) -> None:
    text = shown(client, "/account/login/")
    assert "canonical" not in text
    assert '<meta name="description"' in text
    assert "og:" not in text


def test_every_public_page_is_in_the_map_of_the_site_in_the_footer_and_in_the_file_for_crawlers(client: Client) -> None:
    crawled = re.findall(r"<loc>([^<]+)</loc>", shown(client, "/sitemap.xml"))
    footer = shown(client, "/").partition("<footer")[2]
    site_map = shown(client, "/site-map/").partition("<footer")[0]
    for page in pages_here():
        assert settings.SITE_URL + page.url in crawled
        assert f'href="{page.url}"' in footer
        assert f'href="{page.url}"' in site_map
    assert len(crawled) == len(list(pages_here())) * len(settings.LANGUAGES)
    assert f"{settings.SITE_URL}/ar/platform/" in crawled
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in shown(client, "/robots.txt")


def test_a_page_that_this_installation_lacks_is_left_out_and_breaks_nothing() -> None:
    missing = SitePage("visitors:no_such_page", PAGES[0].section, "x", "x", "x")
    assert missing.url == ""
    assert {page.view for page in pages_here()} >= {"visitors:home", "visitors:sales", "rights_requests:verify"}


def test_people_who_look_behind_the_page_are_welcome(client: Client) -> None:
    answer = client.get("/humans.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "Welcome" in answer.content.decode()
    assert "&" not in answer.content.decode()


def test_the_legal_notice_shows_what_is_set_and_leaves_out_the_rest(client: Client) -> None:
    bare = shown(client, "/legal/")
    assert "Registration" not in bare
    assert "Host</h2>" not in bare
    facts = {**settings.PUBLISHER, "registration": "RCS Paris 1", "host_name": "Host & Co"}
    with override_settings(PUBLISHER=facts):
        full = shown(client, "/legal/")
    assert "RCS Paris 1" in full
    assert "Host &amp; Co" in full


def test_whoever_deploys_is_told_what_the_legal_notice_lacks() -> None:
    def said() -> list[str]:
        found = run_checks(tags=["visitors"], include_deployment_checks=True)
        return [message.msg for message in found if message.id == "visitors.I001"]

    with override_settings(PUBLISHER={**dict.fromkeys(WANTED, "set"), "phone": ""}):
        assert said() == ["The legal notice does not say everything: PUBLISHER_PHONE."]
    with override_settings(PUBLISHER=dict.fromkeys(WANTED, "set")):
        assert said() == []


def test_what_home_counts_is_what_its_drawing_shows(client: Client) -> None:
    text = shown(client, "/")
    drawing = text.partition('<svg class="shelf-picture"')[2].partition("</svg>")[0]
    standing = drawing.partition('<g class="pic-standing">')[2].partition("</g>")[0]
    drawn = re.findall(r'href="#p-(\w+)"', standing)
    assert f"{len(drawn)} facings</dd>" in text
    assert f"{len(set(drawn))} products</dd>" in text
    assert f"{drawn.count('coffee')} facings</dd>" in text
    gaps = drawing.partition('class="pic-gap" d="')[2].partition('"')[0].count("z")
    assert f"<dt>Empty</dt><dd>{gaps} places</dd>" in text
    assert set(drawn) <= set(re.findall(r'<g id="p-(\w+)"', text))


def test_places_do_not_overlap_and_stay_on_the_board() -> None:
    for one, other in zip(SHELF.places, SHELF.places[1:], strict=False):
        if one.y == other.y:
            assert one.box[2] <= other.box[0], (one, other)
    assert min(place.box[0] for place in SHELF.places) > 0
    assert max(place.box[2] for place in SHELF.places) < 640
    assert {place.product.key for place in SHELF.places} == set(PRODUCTS)


def test_the_shelf_is_counted_as_its_table_says() -> None:
    cells = [(planned, key) for board in FOUND for planned, found in board for key in found]
    assert len(SHELF.empty) == sum(not key for _planned, key in cells)
    assert len(SHELF.misplaced) == sum(bool(key) and key != planned for planned, key in cells)
    assert len(SHELF.as_planned) == sum(key == planned for planned, key in cells)
    assert [task.count for task in SHELF.tasks] == [2, 1, 1]
    assert 0 < SHELF.share < 100
    assert SHELF.share + SHELF.share_of_others == 100


def test_the_week_is_counted_as_its_table_says() -> None:
    assert SHOPS.missing == "".join(WEEK).count("0")
    assert SHOPS.always == sum("0" not in days for days in WEEK)
    assert SHOPS.longest.length == max(len(run) for days in WEEK for run in days.split("1"))


def test_staff_see_the_style_page_and_nobody_else_does(client: Client) -> None:
    assert client.get("/style/").status_code == 302
    client.force_login(make_user("visitor@example.org"), backend=settings.AUTHENTICATION_BACKENDS[0])
    assert client.get("/style/").status_code == 404
    client.force_login(make_staff(), backend=settings.AUTHENTICATION_BACKENDS[0])
    text = shown(client, "/style/")
    assert '<dialog class="dialog" id="sample" aria-labelledby="sample-title">' in text
    assert 'href="?dialog#dialogs" data-opens="sample"' in text
    assert ' aria-labelledby="sample-title" open>' in shown(client, "/style/?dialog")
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_each_class_of_the_style_sheets_is_used_and_means_one_thing() -> None:
    """A rule that is a class alone says what that class is: where two sheets have one, it means two things."""
    sheets = {
        path.name: re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.S)
        for path in (STATIC / "css").glob("*.css")
        if not path.name.startswith("admin")
    }
    meanings = Counter(name for text in sheets.values() for name in set(re.findall(r"^ +\.([\w-]+) \{$", text, re.M)))
    assert [name for name, number in meanings.items() if number > 1] == []
    places = [*TEMPLATES.rglob("*.html"), *TEMPLATES.parent.glob("*/templatetags/*.py")]
    given = " ".join(" ".join(found) for path in places for found in CLASSES.findall(path.read_text("utf-8")))
    words, beginnings = set(re.findall(r"[\w-]+", given)), tuple(re.findall(r"[\w-]+-(?=\{\{)", given))
    styled = {name for text in sheets.values() for name in re.findall(r"\.([a-z][\w-]*)(?=[^;{}]*\{)", text)}
    assert {name for name in styled - words if not name.startswith(beginnings)} == set()


@pytest.fixture
def gathered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Our static files as a server has them: hashed, packed, the style sheets in one."""
    source = FileSystemStorage(STATIC)
    storage = BundledStaticFiles(location=tmp_path, base_url=settings.STATIC_URL)
    # The desk's sheets name files of Django's own.
    files = [path for path in STATIC.rglob("*") if path.is_file() and not path.name.startswith("admin")]
    names = [path.relative_to(STATIC).as_posix() for path in files]
    for name in names:
        with source.open(name) as file:
            storage.save(name, file)
    for _name, _hashed, problem in storage.post_process({name: (source, name) for name in names}):
        assert problem in {True, False}, problem
    monkeypatch.setattr(staticfiles_storage, "_wrapped", storage)
    return tmp_path


def over_the_wire(folder: Path, address: str) -> int:
    """So many bytes a browser gets that takes gzip."""
    path = folder / address.removeprefix(settings.STATIC_URL)
    packed = path.with_name(f"{path.name}.gz")
    return (packed if packed.exists() else path).stat().st_size


def test_the_first_view_of_home_is_light(client: Client, gathered: Path) -> None:
    answer = client.get("/", headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    addresses = set(LOADED.findall(client.get("/").content.decode()))
    weights = {address: over_the_wire(gathered, address) for address in addresses}
    assert len(weights) <= 5, "so many requests"
    assert sum(name.endswith(".css") for name in weights) == 1
    assert len(answer.content) + sum(weights.values()) <= HOME_BYTES, weights
    assert sum(size for name, size in weights.items() if name.endswith(".js")) <= SCRIPT_BYTES


def test_the_one_style_sheet_holds_all_rules_and_no_comment(client: Client, gathered: Path) -> None:
    made = (gathered / settings.STYLE_BUNDLE).read_text(encoding="utf-8")
    for name in settings.STYLE_SHEETS:
        sheet = (STATIC / name).read_text(encoding="utf-8")
        rules = [line.strip() for line in sheet.splitlines() if line.endswith(";")]
        assert len(rules) > 10
        assert set(rules) <= set(joined([sheet]).splitlines())
        assert joined([sheet]).strip() in made
    assert "/*" not in made
    assert made.index("@layer base, components") < made.index("@layer base {")


def test_a_page_comes_packed_only_to_whoever_takes_that_and_comes_back_as_not_modified(client: Client) -> None:
    plain = client.get("/about/")
    packed = client.get("/about/", headers={"accept-encoding": "br, gzip"})
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain["Vary"]
    assert len(packed.content) < len(plain.content) / 2
    again = client.get("/about/", headers={"accept-encoding": "gzip", "if-none-match": packed["ETag"]})
    assert again.status_code == 304
    refused = client.get("/about/", headers={"accept-encoding": "gzip;q=0"})
    assert refused.content == plain.content


def test_nothing_that_is_somebodys_own_is_packed(client: Client) -> None:
    client.force_login(make_user("reader@example.org"), backend=settings.AUTHENTICATION_BACKENDS[0])
    for path in (reverse("visitors:home"), reverse("visitors:contact")):
        assert "Content-Encoding" not in client.get(path, headers={"accept-encoding": "gzip"}).headers


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/en/", "/"),
        ("/en/privacy/policy/", "/privacy/policy/"),
        ("/en/privacy/policy/compare/?from=1&to=2", "/privacy/policy/compare/?from=1&to=2"),
        ("/en", "/en/"),
        ("/en/privacy", "/en/privacy/"),
    ],
)
def test_an_address_with_english_in_front_leads_to_the_one_without_for_good(
    client: Client, asked: str, led: str
) -> None:
    answer = client.get(asked)
    assert (answer.status_code, answer["Location"]) == (301, led)


@pytest.mark.parametrize(
    "asked",
    [
        *("/en/nowhere/", "/en/de/", "/en/fr/contact/", "/de/"),
        *("/en//evil.example/", "/en/%2Fevil.example/", "/en/%5Cevil.example/", "/en/%09/evil.example/"),
        "/en/https://evil.example/",
    ],
)
def test_nothing_in_front_of_an_address_leads_off_the_site(client: Client, asked: str) -> None:
    assert client.get(asked).status_code == 404
    assert client.post("/en/contact/").status_code == 405
