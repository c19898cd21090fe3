"""Browsers for the page tests: signed in just now or long ago, and what they read in a page."""

import hashlib
import re
from html.parser import HTMLParser
from typing import Protocol

from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client, RequestFactory

from accounts.models import User

_AUTHENTICATIONS = "account_authentication_methods"
# Which session is where changes by looking at a page; that is what these two tables are for.
_OF_THE_SESSION = {"accounts_session", "usersessions_usersession"}


class Answer(Protocol):
    """An answer with a body, as the test client gives it."""

    status_code: int

    @property
    def content(self) -> bytes:
        """The body."""


def browser_of(user: User, *, signed_in_ago: float = 0) -> Client:
    """A browser that is signed in, and gave its password once more so many seconds ago.

    What allauth's page writes down then is written down without it: the page costs four times as much as all the rest,
    and nearly every test of a page begins here.
    """
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    request = RequestFactory().post("/")
    request.session, request.user = client.session, user
    record_authentication(request, user, "password", reauthenticated=True)
    request.session[_AUTHENTICATIONS][-1]["at"] -= signed_in_ago
    request.session.save()
    UserSession.objects.create_from_request(request)
    return client


_KEYS = re.compile(r'<dialog[^>]*id="desk-keys".*?</dialog>', re.DOTALL)


def said(response: Answer) -> str:
    """The text of a page as it is read: without tags, spaces folded, and without the folded list of the desk's keys."""
    reader = _Reader()
    reader.feed(_KEYS.sub("", response.content.decode()))
    return " ".join(" ".join(reader.texts).split())


def title(response: Answer) -> str:
    """What stands in the page's title element."""
    found = re.search(r"<title>(.*?)</title>", response.content.decode(), re.DOTALL)
    assert found
    return " ".join(found[1].split())


def hidden(response: Answer, name: str) -> str:
    """The value of a hidden field of the page's form."""
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, f"no hidden field {name}"
    return found[1]


def without_csrf(response: Answer) -> bytes:
    """The body with the cross-site token left out: it differs from answer to answer by design."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", response.content)


def database_snapshot() -> dict[str, str]:
    """A digest of every table's rows, so that two moments can be compared; sessions are left out."""
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - _OF_THE_SESSION)
        found = {}
        for table in tables:
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT coalesce(string_agg(t::text, '|' ORDER BY t::text), '') FROM {name} t")
            found[table] = hashlib.sha256(cursor.fetchone()[0].encode()).hexdigest()
    return found


class _Reader(HTMLParser):
    """Gathers the text of a page, without scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Text inside these is not read."""
        self._skipped += tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        """The end of what is not read."""
        self._skipped -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        if not self._skipped:
            self.texts.append(data)
