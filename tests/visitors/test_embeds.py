"""Things of other sites: links that say so, ways to pass a page on, and frames only after the reader's own act."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from csp.middleware import CSPMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import resolve, reverse
from django.utils import timezone

from consent import cookies, notices
from consent.cookies import Choice
from consent.middleware import ConsentMiddleware
from consent.models import ConsentEvent
from occicor.middleware import PrivateByDefaultMiddleware
from tests.consent.choosing import chosen, publish

pytestmark = [pytest.mark.promise("P11.4"), pytest.mark.django_db]
HOST = "films.example"
PAGE = '{% load embeds %}{% embed "tour" "https://films.example/e/1" "https://films.example/1" "A tour" "Shelves." %}'
Shown = tuple[str, HttpResponse]


@pytest.fixture
def show(settings: Any) -> Callable[..., Shown]:
    """A public page with something of another site on it, as it leaves the site."""
    settings.EMBED_HOSTS = [HOST]
    notices.forget()
    publish()

    def shown(query: str = "", social: str = "", page: str = PAGE, **headers: str) -> Shown:
        def view(request: HttpRequest) -> HttpResponse:
            content = engines["django"].from_string(page).render({}, request)
            return HttpResponse(content, headers={"Cache-Control": "public, max-age=0"})

        request = RequestFactory().get(f"/tour/{query}", **headers)  # type: ignore[arg-type]
        request.user = AnonymousUser()
        if social:
            kept = HttpResponse()
            cookies.remember(kept, Choice({"social": social}, 1, timezone.now() - timedelta(seconds=1)))
            request.COOKIES["consent"] = kept.cookies["consent"].value
        answer: Any = ConsentMiddleware(CSPMiddleware(PrivateByDefaultMiddleware(view)))(request)
        return answer.content.decode(), answer

    return shown


def test_nothing_of_another_site_is_loaded_before_the_reader_wants_it(show: Callable[..., Shown]) -> None:
    page, answer = show()
    assert "<iframe" not in page
    assert "Show it this once" in page
    assert f"{HOST} learns your internet address" in page
    assert "frame-src" not in answer["Content-Security-Policy"]
    assert not answer.cookies


@pytest.mark.parametrize(("query", "social"), [("?show=tour", ""), ("?show=tour", "refused"), ("", "given")])
def test_once_and_always_let_that_host_and_no_other_into_that_page(
    show: Callable[..., Shown], query: str, social: str
) -> None:
    page, answer = show(query, social)
    assert '<iframe class="embed-frame" src="https://films.example/e/1"' in page
    assert 'referrerpolicy="no-referrer"' in page
    assert f"frame-src https://{HOST};" in f"{answer['Content-Security-Policy']};"
    assert "require-trusted-types-for" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store, private"
    assert not answer.cookies


@pytest.mark.parametrize(("query", "social"), [("?show=other", ""), ("?show=", ""), ("", "refused")])
def test_any_other_wish_shows_nothing(show: Callable[..., Shown], query: str, social: str) -> None:
    assert "<iframe" not in show(query, social)[0]


def test_a_yes_of_before_does_not_outweigh_the_signal(show: Callable[..., Shown]) -> None:
    assert "<iframe" not in show("", "given", HTTP_SEC_GPC="1")[0]
    assert "<iframe" in show("?show=tour", "", HTTP_SEC_GPC="1")[0]


@pytest.mark.parametrize("address", ["http://films.example/1", "https://evil.example/films.example", "javascript:x()"])
def test_of_a_host_that_is_not_allowed_there_is_only_a_link(show: Callable[..., Shown], address: str) -> None:
    page, answer = show("?show=tour", "given", PAGE.replace("https://films.example/e/1", address))
    assert "<iframe" not in page
    assert "Show it" not in page
    assert 'href="https://films.example/1" rel="external noreferrer"' in page
    assert "frame-src" not in answer["Content-Security-Policy"]


def test_a_public_answer_of_the_desk_keeps_the_rest_of_the_policy() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("words", headers={"Cache-Control": "public"})

    request = RequestFactory().get(reverse("admin:jsi18n"))
    request.user, request.resolver_match = AnonymousUser(), resolve(request.path)
    answer: Any = ConsentMiddleware(CSPMiddleware(PrivateByDefaultMiddleware(view)))(request)
    assert answer.content == b"words"
    assert "trusted-types" not in answer["Content-Security-Policy"]


def test_by_default_no_host_is_allowed_and_nobody_is_asked(settings: Any, client: Client) -> None:
    assert settings.EMBED_HOSTS == []
    notices.forget()
    publish()
    assert chosen(client, "embed", **{"purpose-social": "given"}).status_code == 422


def test_always_is_remembered_by_that_act_alone_and_taken_back_by_another(
    show: Callable[..., Shown], client: Client
) -> None:
    for state in ("given", "refused"):
        answer = chosen(client, "embed", next="/tour/#embed-tour", **{"purpose-social": state})
        assert answer["Location"] == "/tour/#embed-tour"
    given, refused = ConsentEvent.objects.order_by("id")
    assert (given.method, given.states) == ("embed", {"social": "given"})
    assert (refused.method, refused.states) == ("embed", {"social": "refused"})
    assert client.cookies["consent_ref"]["max-age"] == 0


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
