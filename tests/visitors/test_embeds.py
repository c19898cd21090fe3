"""Things of other sites: links that say so, ways to pass a page on, and frames only after the reader's own act."""

from collections.abc import Callable
from typing import Any

import pytest
from csp.middleware import CSPMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import resolve, reverse

from occicor.middleware import PrivateByDefaultMiddleware
from visitors.embeds import ALWAYS

pytestmark = pytest.mark.promise("P11.4")
HOST, OTHER = "films.example", "pictures.example"
PAGE = '{% load embeds %}{% embed "tour" "https://films.example/e/1" "https://films.example/1" "A tour" "Shelves." %}'
Shown = tuple[str, HttpResponse]


@pytest.fixture
def show(settings: Any) -> Callable[..., Shown]:
    """A public page with something of another site on it, as it leaves the site."""
    settings.EMBED_HOSTS = [HOST]

    def shown(query: str = "", cookie: str = "", page: str = PAGE) -> Shown:
        def view(request: HttpRequest) -> HttpResponse:
            content = engines["django"].from_string(page).render({}, request)
            return HttpResponse(content, headers={"Cache-Control": "public, max-age=0"})

        request = RequestFactory().get(f"/tour/{query}")
        request.user = AnonymousUser()
        if cookie:
            request.COOKIES[ALWAYS] = cookie
        answer: Any = CSPMiddleware(PrivateByDefaultMiddleware(view))(request)
        return answer.content.decode(), answer

    return shown


def test_nothing_of_another_site_is_loaded_before_the_reader_wants_it(show: Callable[..., Shown]) -> None:
    page, answer = show()
    assert "<iframe" not in page
    assert "Show it this once" in page
    assert f"{HOST} learns your internet address" in page
    assert "frame-src" not in answer["Content-Security-Policy"]
    assert not answer.cookies


@pytest.mark.parametrize(("query", "cookie"), [("?show=tour", ""), ("", HOST), ("", f"{OTHER}|{HOST}")])
def test_once_and_always_let_that_host_and_no_other_into_that_page(
    show: Callable[..., Shown], query: str, cookie: str
) -> None:
    page, answer = show(query, cookie)
    assert '<iframe class="embed-frame" src="https://films.example/e/1"' in page
    assert 'referrerpolicy="no-referrer"' in page
    assert f"frame-src https://{HOST};" in f"{answer['Content-Security-Policy']};"
    assert "require-trusted-types-for" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store, private"
    assert ALWAYS not in answer.cookies


@pytest.mark.parametrize(("query", "cookie"), [("?show=other", ""), ("?show=", ""), ("", OTHER), ("", f"x{HOST}")])
def test_any_other_wish_shows_nothing(show: Callable[..., Shown], query: str, cookie: str) -> None:
    assert "<iframe" not in show(query, cookie)[0]


@pytest.mark.parametrize("address", ["http://films.example/1", "https://evil.example/films.example", "javascript:x()"])
def test_of_a_host_that_is_not_allowed_there_is_only_a_link(show: Callable[..., Shown], address: str) -> None:
    page, answer = show("?show=tour", "evil.example", PAGE.replace("https://films.example/e/1", address))
    assert "<iframe" not in page
    assert "Show it" not in page
    assert 'href="https://films.example/1" rel="external noreferrer"' in page
    assert "frame-src" not in answer["Content-Security-Policy"]


def test_a_public_answer_of_the_desk_keeps_the_rest_of_the_policy() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("words", headers={"Cache-Control": "public"})

    request = RequestFactory().get(reverse("admin:jsi18n"))
    request.user, request.resolver_match = AnonymousUser(), resolve(request.path)
    answer: Any = CSPMiddleware(PrivateByDefaultMiddleware(view))(request)
    assert answer.content == b"words"
    assert "trusted-types" not in answer["Content-Security-Policy"]


@pytest.mark.django_db
def test_by_default_no_host_is_allowed(settings: Any, client: Client) -> None:
    assert settings.EMBED_HOSTS == []
    assert client.post(reverse("visitors:embeds"), {"host": HOST, "choice": "always"}).status_code == 404


@pytest.mark.django_db
def test_always_is_remembered_by_that_act_alone_and_taken_back_by_another(settings: Any, client: Client) -> None:
    settings.EMBED_HOSTS = [HOST, OTHER]
    address = reverse("visitors:embeds")
    for host in (HOST, OTHER):
        answer = client.post(address, {"host": host, "choice": "always", "next": "/privacy/"})
        assert answer["Location"] == "/privacy/"
    assert client.cookies[ALWAYS].value == f"{HOST}|{OTHER}"
    assert client.cookies[ALWAYS]["httponly"]
    client.post(address, {"host": HOST, "choice": "never"})
    assert client.cookies[ALWAYS].value == OTHER
    client.post(address, {"host": OTHER, "choice": "never"})
    assert client.cookies[ALWAYS]["max-age"] == 0
    assert client.get(address).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("onward", ["//evil.example/", "https://evil.example/", "javascript:x()", "visitors:home", ""])
def test_the_choice_leads_back_to_this_site_only(settings: Any, client: Client, onward: str) -> None:
    settings.EMBED_HOSTS = [HOST]
    answer = client.post("/fr/embeds/", {"host": HOST, "choice": "always", "next": onward})
    assert answer["Location"] == "/fr/"


@pytest.mark.promise("P7.1")
def test_a_link_to_another_site_says_so_and_is_told_nothing() -> None:
    source = (
        "{% load outbound_links i18n %}{% outbound address label as link %}"
        "{% blocktranslate %}See {{ link }}.{% endblocktranslate %}"
    )
    values = {"address": 'https://x.example/?a="1"&b=2', "label": "A <b>"}
    page = engines["django"].from_string(source).render(values)
    assert page == (
        'See <a class="outbound" href="https://x.example/?a=&quot;1&quot;&amp;b=2" rel="external noreferrer">'
        'A &lt;b&gt; <span class="outbound-mark">(another site)</span></a>.'
    )


def test_a_page_is_passed_on_by_plain_links_that_name_it_and_nothing_of_its_reader(show: Callable[..., Shown]) -> None:
    page, _answer = show("?place=FR", page='{% load sharing_links %}{% share "A & B" %}')
    assert "mailto:?subject=A%20%26%20B&amp;body=http" in page
    assert page.count('rel="external noreferrer"') == 2
    assert "%2Ftour%2F" in page
    assert "place" not in page
    assert "<script" not in page
