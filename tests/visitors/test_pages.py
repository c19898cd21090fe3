"""Home, the privacy centre and the small files: what they say, what they ask for, who may keep them."""

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.html import escape

from occicor.middleware import PrivateByDefaultMiddleware
from privacy.data_map.registry import registry
from privacy.vocabulary import Right
from rights_requests.questions.table import QUESTIONS
from tests.factories import make_user
from visitors.selectors import held_data
from visitors.site_pages import PAGES

pytestmark = pytest.mark.django_db
OF_WORDS = tuple(f"/{page.path}" for page in PAGES if page.template)
NO_QUERY = (
    *("/", "/privacy/", "/privacy/held/", "/privacy/retention/", "/privacy/safeguards/", "/privacy/authorities/"),
    *OF_WORDS,
)
PUBLIC = (*NO_QUERY, "/privacy/recipients/", "/privacy/places/", "/privacy/figures/", "/privacy/authorities/?place=SA")
ASKING = ("src", "srcset", "href", "action", "poster", "data", "xlink:href")


# Links that name an address and load nothing.
NAMING = ("canonical", "alternate")


class Asked(HTMLParser):
    """Collects what a page asks for from elsewhere and what it carries inline."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.foreign: list[str] = []
        self.inline: list[str] = []
        self.ids: list[str] = []
        self.anchors: list[str] = []
        self.headings: list[int] = []
        self.outbound = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if (
            tag == "style"
            or "style" in given
            or (tag == "script" and "src" not in given and given.get("type") != "application/ld+json")
        ):
            self.inline.append(self.get_starttag_text() or tag)
        self.inline += [name for name in given if name.startswith("on")]
        addresses = [given[name] for name in ASKING if name in given]
        if any(re.match(r"(?:https?:)?//", address) for address in addresses) and not (
            tag == "a" or given.get("rel") in NAMING
        ):
            self.foreign.append(self.get_starttag_text() or tag)
        if tag == "a" and given.get("href", "").startswith("http"):
            assert given.get("rel") == "external noreferrer", given
            assert given.get("class") == "outbound", given
            self.outbound += 1
        if given.get("href", "").startswith("#"):
            self.anchors.append(given["href"][1:])
        if "id" in given:
            self.ids.append(given["id"])
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_asks_no_other_host_and_carries_nothing_inline(client: Client, path: str) -> None:
    shown = page(client, path)
    asked = Asked(shown)
    assert asked.foreign == []
    assert asked.inline == []
    assert shown.count("(another site)") == asked.outbound


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_sets_no_cookie(client: Client, path: str) -> None:
    answer = client.get(path)
    assert not answer.cookies
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", NO_QUERY)
def test_a_public_page_needs_no_query(client: Client, path: str, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        client.get(path)


@pytest.mark.parametrize("path", PUBLIC)
def test_headings_ids_and_jumps_of_a_public_page_are_in_order(client: Client, path: str) -> None:
    asked = Asked(page(client, path))
    assert len(asked.ids) == len(set(asked.ids))
    assert set(asked.anchors) <= set(asked.ids)
    assert asked.headings.count(1) == 1
    steps = zip(asked.headings, asked.headings[1:], strict=False)
    assert all(after <= before + 1 for before, after in steps)


def test_the_privacy_centre_leads_to_the_form_of_each_right_and_to_the_check_of_signatures(client: Client) -> None:
    shown = page(client, "/privacy/")
    assert Right.ERASURE in QUESTIONS
    for right in QUESTIONS:
        assert f'href="{reverse("rights_requests:new_right", args=[right])}"' in shown
    assert f'href="{reverse("rights_requests:verify")}"' in shown


def test_the_privacy_centre_names_the_term_a_person_to_reach_and_the_authority(client: Client) -> None:
    shown = page(client, "/privacy/")
    assert "within one month" in shown
    assert "mailto:privacy@" in shown
    assert "https://www.cnil.fr/" in shown


def test_the_privacy_centre_shows_every_holding_of_the_data_map_once(client: Client) -> None:
    shown = page(client, "/privacy/held/")
    for holding in registry.holdings.values():
        assert shown.count(f'id="{holding.slug()}"') == 1, holding.model_label


def test_the_privacy_centre_shows_every_place_outside_the_database(client: Client) -> None:
    for path in ("/privacy/held/", "/privacy/places/"):
        shown = page(client, path)
        for store in registry.stores.values():
            assert escape(str(store.because)) in shown, (path, store.name)


def test_what_is_never_copied_out_is_not_said_to_be_seen_by_the_person() -> None:
    held = {item.anchor: item for group in held_data() for item in group.held}
    assert held["accounts-user"].seen_by.startswith("you")
    assert held["rights_requests-packagekey"].seen_by == "nobody"


def test_a_public_page_comes_back_as_not_modified(client: Client) -> None:
    first = client.get("/privacy/")
    assert first["Cache-Control"] == "public, max-age=0, must-revalidate"
    again = client.get("/privacy/", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    # What a browser is told with it takes the place of what it was told with the page.
    assert again["Content-Security-Policy"] == first["Content-Security-Policy"]


def test_a_public_page_made_for_someone_signed_in_is_kept_by_nobody(client: Client) -> None:
    client.force_login(make_user("reader@example.org"), backend=settings.AUTHENTICATION_BACKENDS[0])
    answer = client.get("/")
    assert answer["Cache-Control"] == "no-store, private"
    assert "ETag" not in answer.headers
    assert "Your requests" in answer.content.decode()


def test_every_other_page_is_private_by_default(client: Client) -> None:
    for path in ("/account/login/", "/nothing-here/", "/requests/"):
        assert "no-store" in client.get(path)["Cache-Control"], path


def test_every_page_denies_what_it_does_not_need(client: Client) -> None:
    answer = client.get("/")
    assert "camera=()" in answer["Permissions-Policy"]
    assert "publickey-credentials-get=(self)" in answer["Permissions-Policy"]
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_every_page_but_the_admin_refuses_to_turn_text_into_script(client: Client) -> None:
    policy = client.get("/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    admin = client.get("/admin/")["Content-Security-Policy"]
    assert "require-trusted-types-for" not in admin
    assert "default-src 'none'" in admin


def test_crawlers_are_kept_off_personal_pages(client: Client) -> None:
    answer = client.get("/robots.txt")
    assert answer["Content-Type"].startswith("text/plain")
    assert "Disallow: /requests/" in answer.content.decode()
    assert "Disallow: /ar/requests/" in answer.content.decode()


def test_the_old_address_of_the_icon_leads_to_the_mark(client: Client) -> None:
    assert client.get("/favicon.ico")["Location"].endswith("img/favicon.svg")


def test_public_pages_answer_only_to_reading(client: Client) -> None:
    assert client.post("/").status_code == 405
    assert client.head("/").status_code == 200


def test_a_page_marked_public_that_sets_a_cookie_is_kept_by_nobody() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        answer = HttpResponse("hello", headers={"Cache-Control": "public, max-age=60"})
        answer.set_cookie("seen", "yes")
        return answer

    answer = PrivateByDefaultMiddleware(view)(RequestFactory().get("/"))
    assert answer["Cache-Control"] == "no-store, private"


def test_an_answer_that_says_how_long_it_may_be_kept_by_its_reader_keeps_that() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("hello", headers={"Cache-Control": "private, no-cache"})

    answer = PrivateByDefaultMiddleware(view)(RequestFactory().get("/"))
    assert answer["Cache-Control"] == "private, no-cache"
