"""The session engine: database sessions that know whose they are (Django's documented way to extend them)."""

from collections.abc import Iterator
from typing import Any, cast
from uuid import UUID

from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import Session

# Where a session keeps whom a step not yet finished is about: signing in, a new password, a new e-mail address.
UNFINISHED_STEPS = (
    ("account_login", "user_pk"),
    ("account_password_reset_verification", "user_id"),
    ("account_email_verification_code", "user_id"),
)


class SessionStore(DatabaseStore):
    """Stores sessions in accounts.Session with the id of the account they belong to.

    The id is there from the first step of signing in, because the session's data names the person from then on; it is
    gone with the row at sign-out. So one statement finds all sessions of a person (Art. 17).
    """

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The table of sessions."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """A row for this session, with the account's id beside the encoded data."""
        session = cast("Session", super().create_model_instance(data))
        session.user_id = next(_accounts_named(data), None)
        return session

    @classmethod
    def clear_expired(cls) -> None:
        """Delete sessions that have ended, and what the session list says of sessions that are gone; idempotent."""
        listed = apps.get_model("usersessions", "UserSession")._base_manager
        with transaction.atomic():
            Session.objects.filter(expire_date__lt=timezone.now()).delete()
            listed.filter(~Exists(Session.objects.filter(session_key=OuterRef("session_key")))).delete()


def _accounts_named(data: dict[str, Any]) -> Iterator[UUID]:
    """The account that is signed in, then those that an unfinished step names."""
    found = [data.get(SESSION_KEY)]
    found += [step.get(name) for key, name in UNFINISHED_STEPS if isinstance(step := data.get(key), dict)]
    return (UUID(str(value)) for value in found if value)
