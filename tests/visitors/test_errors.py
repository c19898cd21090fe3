"""What a person sees when something cannot be served: plain words, a way on, and no promise that we cannot keep."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import path
from django.views.defaults import permission_denied, server_error

from occicor.urls import urlpatterns as real
from tests.visitors.test_pages import Asked


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("the cause is for the log only")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("the reason is for the log only")


urlpatterns = [path("broken/", broken), path("forbidden/", forbidden), *real]


@pytest.mark.django_db
def test_an_unknown_address_answers_in_plain_words_with_a_way_on(client: Client) -> None:
    answer = client.get("/no-such-page/")
    shown = answer.content.decode()
    assert answer.status_code == 404
    assert "<title>Error: We cannot find this page" in shown
    assert "no-such-page" not in shown
    assert 'href="/"' in shown


@pytest.mark.urls("tests.visitors.test_errors")
@pytest.mark.django_db
def test_a_failure_of_ours_tells_no_cause_and_uses_no_database(client: Client) -> None:
    client.raise_request_exception = False
    answer = client.get("/broken/")
    shown = answer.content.decode()
    assert answer.status_code == 500
    assert "<title>Error: Something broke on our side" in shown
    assert "the cause is for the log only" not in shown
    assert "no-store" in answer["Cache-Control"]


def test_the_page_of_a_failure_needs_no_database_no_session_and_no_context() -> None:
    # No `django_db` mark: a query here would raise.
    answer = server_error(RequestFactory().get("/"))
    assert "Something broke on our side" in answer.content.decode()
    assert "We are not open just now" in render_to_string("503.html")


@pytest.mark.urls("tests.visitors.test_errors")
@pytest.mark.django_db
def test_a_forbidden_page_says_so_without_the_reason(client: Client) -> None:
    answer = client.get("/forbidden/")
    assert answer.status_code == 403
    assert "You may not open this page" in answer.content.decode()
    assert "the reason is for the log only" not in answer.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_proof_says_that_nothing_was_sent() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/account/login/", {"login": "a@example.org", "password": "x"})
    assert answer.status_code == 403
    assert "Nothing was sent and nothing was changed" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


ERROR_PAGES = [
    *("403.html", "404.html", "429.html", "403_csrf.html"),
    *("500.html", "503.html", "503_ledger.html"),
]


@pytest.mark.parametrize("template", ERROR_PAGES)
def test_each_error_page_carries_nothing_inline_and_begins_its_title_with_error(template: str) -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    shown = render_to_string(template, request=request)
    asked = Asked(shown)
    assert asked.inline == []
    assert asked.foreign == []
    assert asked.headings == [1]
    assert "<title>Error: " in shown


def test_the_default_view_of_a_forbidden_page_finds_our_template() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    assert permission_denied(request, PermissionDenied()).status_code == 403
