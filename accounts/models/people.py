"""People who sign in, what they tell us about themselves, the addresses they left, and their sessions."""

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes accounts whose e-mail address is stored in lower case."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        """Make and save an account; raises ValueError without an e-mail address."""
        if not email:
            raise ValueError("an account needs an e-mail address")
        user = self.model(email=email.strip().lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> "User":
        """Make and save an account that may do everything in the admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)

    def get_by_natural_key(self, username: str | None) -> "User":
        """The account with this e-mail address, whatever the case; raises User.DoesNotExist."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """An account: a person who signs in with an e-mail address, a member of staff included."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    username = models.CharField(_("user name"), max_length=60, unique=True, null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("member of staff"), default=False)
    joined_at = models.DateTimeField(_("joined"), db_default=Now())
    # Written by a chore that reads sign-ins and devices, to the day (accounts.unused).
    used_at = models.DateTimeField(_("last used"), db_default=Now(), db_index=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        """E-mail addresses are lower case, in the database too."""

        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = (models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower_case"),)

    def __str__(self) -> str:
        return self.email


class Profile(models.Model):
    """What a person tells us about themselves (promise P1.2); all of it is optional."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="profile")
    name = models.CharField(_("name"), max_length=120, blank=True)
    workplace = models.CharField(_("workplace"), max_length=120, blank=True)
    position = models.CharField(_("position"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    address = models.TextField(_("address"), max_length=500, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"profile {self.pk}"

    @property
    def version(self) -> str:
        """What tells this state of the profile from every other; empty while none is saved."""
        return "" if self._state.adding else self.updated_at.isoformat()


class FormerAddress(models.Model):
    """An address that a person has left, for as long as a message to it is stored: an erasure must find that too.

    For a few days whoever reads the mailbox can take the change back, unless it was left because a change was taken
    back. `handed_over` says that somebody has shown meanwhile, with a code, that the address is theirs: what is sent
    there from then on may be another's.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="former_addresses")
    email = models.EmailField(_("e-mail address"), unique=True)
    left_at = models.DateTimeField(db_default=Now())
    handed_over = models.BooleanField(default=False)
    may_take_back = models.BooleanField(default=True)

    class Meta:
        """Nobody's address of today."""

        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")

    def __str__(self) -> str:
        return f"former address {self.pk}"

    @property
    def settled_at(self) -> datetime:
        """When the change can no longer be taken back, and whatever waits for that goes on."""
        return self.left_at + timedelta(days=settings.EMAIL_CHANGE_COOLDOWN_DAYS)


class Session(AbstractBaseSession):
    """A server-side session that knows whose it is, so that one statement ends all sessions of a person."""

    user_id = models.UUIDField(null=True, db_index=True)

    class Meta(AbstractBaseSession.Meta):  # type: ignore[name-defined] # the stubs leave it out
        """The table is ours; the engine is accounts.sessions."""

    def __str__(self) -> str:
        return "session"
