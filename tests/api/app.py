"""An app of somebody's: it signs in as apps do, keeps its token, and speaks JSON."""

from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from accounts.models import User
from tests.factories import PASSWORD

ROOT = "/api/v1/"
# Opens the key of a test.
SECRET = "occ_" + "a" * 64


@dataclass
class App:
    """Asks for addresses below /api/v1/; `token` is that of its sign-in."""

    token: str = ""
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))

    @classmethod
    def of(cls, user: User, password: str = PASSWORD) -> "App":
        """Somebody's app, signed in with the password a moment ago."""
        app = cls()
        answer = app.post("auth/login", {"email": user.email, "password": password})
        assert answer.status_code == 200, answer.content
        app.token = answer.json()["meta"]["session_token"]
        return app

    def asks(self, method: str, address: str, body: Any = None, **headers: str) -> Any:
        """Ask; headers are written with underscores."""
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            said["X-Session-Token"] = self.token
        path = address if address.startswith("/") else ROOT + address
        given: dict[str, Any] = {} if body is None else {"data": body, "content_type": "application/json"}
        if body is None and method.lower() == "post":
            given = {"data": "", "content_type": "application/json"}
        return getattr(self.client, method.lower())(path, headers=said, **given)

    def get(self, address: str, **headers: str) -> Any:
        """GET."""
        return self.asks("get", address, **headers)

    def post(self, address: str, body: Any = None, **headers: str) -> Any:
        """POST."""
        return self.asks("post", address, {} if body is None else body, **headers)

    def shows_again_who_it_is(self) -> None:
        """Give the password once more."""
        answer = self.post("auth/reauthenticate", {"password": PASSWORD})
        assert answer.status_code == 200, answer.content


class System(App):
    """A system of a Customer, which asks with a key."""

    def asks(self, method: str, address: str, body: Any = None, **headers: str) -> Any:
        """Ask, with the key."""
        return super().asks(method, address, body, Authorization=f"Bearer {SECRET}", **headers)
