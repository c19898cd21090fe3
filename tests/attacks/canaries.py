"""Plants a text of its own in every input that somebody can type into on a running site, and finds where each ended up.

Runs beside the site, with its settings: the forms are those of `form_cases`, sent over the wire.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4
from zlib import error as _not_packed

from django.core.exceptions import ObjectDoesNotExist
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signing import BadSignature
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Session
from accounts.sessions import SessionStore
from privacy.vocabulary import Right
from rights_requests.models import RightsRequest
from tests.attacks.form_cases import Answers, Case, of_visitors, sending
from tests.attacks.wire import WireClient
from tests.factories import make_user
from tests.rights_requests.browsing import browser_of

# What a canary looks like: nothing else on any machine does.
MARK = "qzvx"
CANARY = re.compile(rf"{MARK}[0-9a-f]{{12}}")
INPUT = re.compile(r"<(input|textarea)\b([^>]*)>")
NUMBER = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
ATTRIBUTE = re.compile(r'\b(name|type|maxlength)="([^"]*)"')
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"')
TYPED = {"", "text", "search", "textarea"}
# What is looked up in a list, or has a form of its own that a canary would break.
WITH_A_FORM = {
    *("code", "reference", "country", "known_by", "facts", "slugs", "holding", "spots", "query", "scopes", "url"),
    *("euros", "received_on", "review_on", "document", "signature", "born_day", "born_month", "born_year", "phone"),
    *("power", "next_on", "until", "since", "step", "to", "chosen", "shown", "parts", "days", "people"),
}
# Said in the head of each request; nothing of it is anybody's business.
HEADERS = ("User-Agent", "Referer", "X-Request-ID", "Accept-Language")


def canary() -> str:
    """A new one."""
    return f"{MARK}{uuid4().hex[:12]}"


@dataclass
class Planting:
    """What is planted where: by canary the case and the field; and which forms were not taken with it."""

    base_url: str
    planted: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Both as they are told to the test."""
        return {"planted": self.planted, "refused": self.refused}

    def plant(self, browser: Client, case: Case) -> None:
        """Send one form, and those before it, with a canary in each of its inputs; which ones were refused is noted."""
        try:
            status = self._sent(browser, case)
        except (AssertionError, ObjectDoesNotExist) as error:
            self.refused.append(f"{case.name}: {type(error).__name__}")
            return
        if status:
            self.refused.append(f"{case.name}: {status}")

    def _sent(self, browser: Client, case: Case) -> int:
        for path, answers in case.before:
            self._fill(browser, case.name, path, path, answers)
        status, body = self._fill(browser, case.name, case.page, case.to or case.page, case.answers)
        return status if status >= 400 or (status == 200 and "error-summary" in body) else 0

    def _fill(self, browser: Client, name: str, path: str, to: str, answers: Answers) -> tuple[int, str]:
        page = browser.get(path).content.decode()
        given = {**dict(HIDDEN.findall(page)), **_given(answers, page)}
        typed = typed_into(page)
        answer = browser.post(to, {key: self._laden(name, key, value, typed) for key, value in given.items()})
        return answer.status_code, answer.content.decode(errors="replace")

    def _laden(self, case: str, name: str, value: Any, typed: Mapping[str, int]) -> Any:
        if isinstance(value, SimpleUploadedFile):
            value.name = f"{self.new(case, f'{name}, its name')}.{value.name.rpartition('.')[2]}"
            return value
        if name not in typed or name in WITH_A_FORM or not isinstance(value, str) or "@" in value:
            return value
        made = self.new(case, name)
        return f"{value} {made}" if value and len(value) + len(made) < typed[name] else made

    def new(self, case: str, name: str) -> str:
        """A canary for an input of a form."""
        made = canary()
        self.planted[made] = f"{case}: {NUMBER.sub('…', name)}"
        return made

    def browser(self, other: Client) -> WireClient:
        """The same one over the wire, which says a canary in its headers."""
        wire = WireClient(self.base_url, **{name: f"x {self.new('every request', name)}" for name in HEADERS})
        wire.cookies.update(other.cookies)
        return wire


def typed_into(page: str) -> dict[str, int]:
    """The inputs of a page into which one types, each with how much it takes."""
    found = {}
    for kind, text in INPUT.findall(page):
        given = dict(ATTRIBUTE.findall(text))
        if given.get("name") and (kind == "textarea" or given.get("type", "") in TYPED):
            found[given["name"]] = int(given.get("maxlength") or 5000)
    return found


def _given(answers: Answers, page: str) -> dict[str, Any]:
    return dict(answers(page) if callable(answers) else answers)


def plant(*, base_url: str) -> dict[str, Any]:
    """Send the forms of strangers and of somebody who has nothing yet."""
    planting = Planting(base_url)
    _as_strangers(planting)
    return planting.as_json()


def _as_strangers(planting: Planting) -> None:
    for case in of_visitors():
        if case.role == "nobody" and case.name not in {"code", "choices"}:
            planting.plant(planting.browser(Client()), case)
    _as_somebody_new(planting)
    lost(planting, planting.browser(Client()))


def _as_somebody_new(planting: Planting) -> None:
    """What somebody types who has just made an account: the profile, a request, a message about it."""
    user = make_user(f"planted-{uuid4().hex[:8]}@example.org")
    own = planting.browser(browser_of(user))
    profile = dict.fromkeys(("name", "workplace", "position", "address"), "")
    planting.plant(own, Case("profile", "", reverse("accounts:profile"), profile))
    planting.plant(own, sending(Right.ACCESS, {"message": ""}))
    reference = RightsRequest.objects.get(requester=user).reference
    planting.plant(own, Case("write", "", reverse("rights_requests:write", args=[reference]), {"text": ""}))


def lost(planting: Planting, browser: Client) -> None:
    """What ends in no form: an address that is none, a search, a wrong password, a token, a file that is none."""
    browser.get(f"/{planting.new('lost', 'path')}/")
    browser.get("/privacy/", {"q": planting.new("lost", "question of an address")})
    browser.get(f"/requests/follow/{planting.new('lost', 'token')}/")
    login = {"login": f"{planting.new('lost', 'address to sign in')}@example.org"}
    page = browser.get("/account/login/").content.decode()
    login["password"] = f"{planting.new('lost', 'password')} and more"
    browser.post("/account/login/", {**dict(HIDDEN.findall(page)), **login})
    body = json.dumps({"email": f"{planting.new('lost', 'address of an app')}@example.org", "password": "x"})
    browser.post("/api/v1/auth/login", body, content_type="application/json")
    browser.post("/api/v1/auth/login", "{" + planting.new("lost", "no JSON"), content_type="application/json")
    browser.post("/contact/", planting.new("lost", "no form").encode(), content_type="multipart/form-data; boundary=x")


def places() -> dict[str, list[str]]:
    """By canary, the columns of the database in which it stands, whatever they are called and however it is packed."""
    found: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for name, text in _texts(cursor, table):
                for one in CANARY.findall(text):
                    found.setdefault(one, set()).add(f"{table}.{name}")
    for where, text in _packed():
        for one in CANARY.findall(text):
            found.setdefault(one, set()).add(where)
    return {one: sorted(where) for one, where in found.items()}


def _texts(cursor: Any, table: str) -> Iterator[tuple[str, str]]:
    quoted = connection.ops.quote_name(table)
    # Bytes show as hexadecimal in a row's text, as PostgreSQL writes them.
    cursor.execute(
        f"SELECT to_jsonb(t) FROM {quoted} t WHERE t::text LIKE ANY(%s)", [[f"%{MARK}%", f"%{MARK.encode().hex()}%"]]
    )
    for (row,) in cursor.fetchall():
        for name, value in (json.loads(row) if isinstance(row, str) else row).items():
            text = value if isinstance(value, str) else json.dumps(value)
            yield name, text
            if text.startswith("\\x"):
                yield name, bytes.fromhex(text[2:]).decode("utf-8", "replace")


def _packed() -> Iterator[tuple[str, str]]:
    """What sessions hold; the cache keeps numbers and digests only, and is searched as it is."""
    for session in Session.objects.all():
        try:
            yield "accounts_session.session_data", json.dumps(SessionStore().decode(session.session_data))
        except (BadSignature, ValueError, _not_packed):
            continue
