"""The session engine: database sessions that know whose they are (Django's documented way to extend them)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.apps import apps
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
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
        """A row for this session, with the account's id beside the encoded data; it ends in any case one day."""
        session = cast("Session", super().create_model_instance(data))
        session.user_id = next(_accounts_named(data), None)
        session.expire_date = min([session.expire_date, *_longest(data)])
        return session

    @classmethod
    def clear_expired(cls) -> None:
        """Delete sessions that have ended, and what the session list says of sessions that are gone; idempotent."""
        listed = apps.get_model("usersessions", "UserSession")._base_manager
        with transaction.atomic():
            Session.objects.filter(expire_date__lt=timezone.now()).delete()
            listed.filter(~Exists(Session.objects.filter(session_key=OuterRef("session_key")))).delete()


def renew_key(session: SessionBase) -> None:
    """Give a session another key, in the list of sessions too, so that whoever knew the one before is out."""
    former = session.session_key
    session.cycle_key()
    # At once, and not with the answer: whatever ends the sessions of the account finds this one meanwhile.
    session.save()
    apps.get_model("usersessions", "UserSession")._base_manager.filter(session_key=former).update(
        session_key=session.session_key
    )


def _longest(data: dict[str, Any]) -> Iterator[datetime]:
    """Until when a session lasts at most, however it is used: so long after each time somebody signed in by it."""
    for shown in data.get(AUTHENTICATION_METHODS_SESSION_KEY) or ():
        if "at" in shown:
            signed_in = datetime.fromtimestamp(float(shown["at"]), tz=timezone.get_current_timezone())
            yield signed_in + timedelta(seconds=settings.SESSION_COOKIE_AGE)


def _accounts_named(data: dict[str, Any]) -> Iterator[UUID]:
    """The account that is signed in, then those that an unfinished step names."""
    found = [data.get(SESSION_KEY)]
    found += [step.get(name) for key, name in UNFINISHED_STEPS if isinstance(step := data.get(key), dict)]
    return (UUID(str(value)) for value in found if value)
