"""The session engine: database sessions that know whose they are (Django's documented way to extend them)."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from accounts.models import Session


class SessionStore(DatabaseStore):
    """Stores sessions in accounts.Session with the id of the account that is signed in."""

    @classmethod
    def get_model_class(cls) -> type[Session]:  # type: ignore[override]
        """The table of sessions."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:  # type: ignore[override]
        """A row for this session, with the account's id beside the encoded data."""
        session: Session = super().create_model_instance(data)  # type: ignore[assignment]
        session.user_id = data.get(SESSION_KEY)
        return session
