"""What allauth asks of us: how accounts are made, how its messages leave, what its answers say in our words."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import (
    administering,
    changed_address,
    claiming,
    failed_sign_ins,
    former_addresses,
    known_places,
    same_work,
    second_steps,
    secrets,
    services,
    sign_ins,
    sign_up_question,
)
from accounts.models import User
from privacy import restriction
from privacy.addresses import LookAlike, normalised
from privacy.data_map.subject import subject_of_user
from privacy.forms import ADDRESS_ALIKE
from privacy.mail.queue import queue
from privacy.policy import seen
from privacy.vocabulary import PolicySeenHow, Purpose

# The message that we send to nobody, and the one whose work is done in its place.
FOR_UNKNOWN, INSTEAD = "account/email/unknown_account", "account/email/password_reset_code"

ACCOUNT_WORDS = {
    "account_inactive": _("This account is closed. Write to us if you think that is a mistake."),
    "cannot_remove_primary_email": _("This is the address you sign in with. Add another one first, then remove this."),
    "duplicate_email": _("This is already the address of your account. Enter the new one."),
    "email_password_mismatch": _("That e-mail address and password do not belong together. Check both and try again."),
    "email_taken": _("This address cannot be used. Enter another one."),
    "enter_current_password": _("That is not your current password. Enter the one you sign in with today."),
    "incorrect_code": _("That is not the code we sent. Look at the newest message and enter its code."),
    "incorrect_password": _("That is not your password. Enter the one you sign in with."),
    "invalid_password_reset": _("This link no longer works. Ask for a new code."),
    "rate_limited": _("That was very quick. Wait a few seconds, then try again."),
    "same_as_current": _("This is already your address. Enter the new one."),
    "too_many_login_attempts": _("That did not work too many times. Wait five minutes, then try again."),
}
SECOND_STEP_WORDS = {
    "add_email_blocked": _("Remove your second step for signing in before you change your address."),
    "cannot_delete_authenticator": _("Your account needs this second step. Add another one first."),
    "cannot_generate_recovery_codes": _(
        "Recovery codes belong to a second step. Add an authenticator app or a passkey."
    ),
    "incorrect_code": _("That code does not work. Wait for the next one in your app and enter it before it changes."),
    "unverified_email": _("Confirm your e-mail address first, then add a second step."),
}


def _why_not(user_id: UUID, address: str) -> str:
    """Why an account whose row is locked does not move to an address that was confirmed; empty when it may."""
    if second_steps.has_one(user_id):
        return str(SECOND_STEP_WORDS["add_email_blocked"])  # added since the code was asked for
    if not former_addresses.may_move(user_id, address):
        # Asked for before another change, of which the page says until when; or left by another a moment ago.
        return str(ACCOUNT_WORDS["email_taken"])
    return ""


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come with a profile and an audit entry; messages go through our queue and link to one address only."""

    error_messages: Mapping[str, Any] = {**DefaultAccountAdapter.error_messages, **ACCOUNT_WORDS}

    def clean_email(self, email: str) -> str:
        """The one form of an address that is typed on any of the account's pages; look-alikes are refused in words."""
        try:
            return normalised(email)
        except LookAlike as error:
            raise ValidationError(ADDRESS_ALIKE, code="look_alike") from error

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Not in a browser in which somebody was told a short while ago that we open no account (promise P9.1)."""
        return not sign_up_question.is_closed(request)

    def save_user(self, request: HttpRequest, user: User, form: Form, commit: bool = True) -> User:
        """Fill in the account, open it with its profile and note which policy was shown, in one transaction."""
        filled: User = super().save_user(request, user, form, commit=False)
        if commit:
            actor = services.actor_of(filled.pk)
            with transaction.atomic():
                services.open_account(actor=actor, user=filled, said_when_born=True)
                seen.record(actor=actor, user_id=filled.pk, how=PolicySeenHow.SIGN_UP)
        return filled

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Make a confirmed address the account's: the change, its messages and what becomes of the old one are one.

        Whatever a Customer said about the person of this address belongs to the account from now on.
        """
        user_id = email_address.user_id
        actor = services.actor_of(user_id)
        with transaction.atomic():
            left = services.locked_address(user_id)
            if left != email_address.email and (refusal := _why_not(user_id, email_address.email)):
                messages.error(request, refusal)
                raise ImmediateHttpResponse(redirect("account_email"))
            confirmed: bool = super().confirm_email(request, email_address)
            if confirmed:
                services.move_address(actor=actor, user_id=user_id, left=left, ip=self.get_client_ip(request))
                claiming.claim_enrolments(actor=actor, user_id=user_id)
        return confirmed

    def send_account_already_exists_mail(self, email: str) -> None:
        """Tell the owner; as much work is done as for a new account, so that the speed of the answer tells nothing."""
        same_work.taken_back(lambda: same_work.open_account(self.request, email))
        if not changed_address.remind(email):
            super().send_account_already_exists_mail(email)

    def send_notification_mail(
        self, template_prefix: str, user: User, context: Mapping[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Warn of a change to the account: that is a message of security, the others help someone to sign in.

        Of a changed address both mailboxes are told otherwise, in the service that moves it.
        """
        if template_prefix == "account/email/email_changed":
            return
        super().send_notification_mail(template_prefix, user, {**(context or {}), "purpose": Purpose.SECURITY}, email)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count wrong passwords from where the account is at home apart from those of strangers (promise P6.1)."""
        key: str = super()._get_login_attempts_cache_key(request, **credentials)
        agent, address = request.headers.get("User-Agent", ""), self.get_client_ip(request)
        own = known_places.bucket(login=credentials.get("email", ""), address=address, user_agent=agent)
        return f"{key}:{own}" if own else key

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Let nobody in whose account is closed, or whose data may not even be used to sign in (promise P9.1)."""
        if not restriction.allows(subject_of_user(user.pk), Purpose.AUTHENTICATE):
            request.session.flush()
            closed: HttpResponse = self.respond_user_inactive(request, user)
            return closed
        answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return answer

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where somebody begins who was on the way nowhere: at the desk, with a Customer’s people, or with requests."""
        if request.user.is_staff:
            return reverse("admin:index")
        if request.user.is_authenticated and administering.customer_of(request.user.pk):
            return reverse("accounts:customer")
        begin: str = super().get_login_redirect_url(request)
        return begin

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Say in the log that somebody failed, and nothing that tells who."""
        failed_sign_ins.note(
            email=str(credentials.get("email", "")), what="password", address=self.get_client_ip(request)
        )

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign somebody in, and write down where and on what; the session remembers which of these it is (P1.4)."""
        before = user.last_login
        super().login(request, user)
        row = sign_ins.record(
            actor=services.actor_of(user.pk),
            user_id=user.pk,
            address=self.get_client_ip(request),
            user_agent=request.headers.get("User-Agent", ""),
            how=second_steps.shown(get_authentication_records(request, user)),
            before=before,
        )
        if row:
            request.session[sign_ins.IN_SESSION] = str(row.pk)

    def send_mail(self, template_prefix: str, email: str, context: Mapping[str, Any]) -> None:
        """Queue one of templates/emails/account or emails/mfa; the request, and with it the Host header, stays out.

        To an address that is unknown nothing goes, with as much work as if a code did (promise P6.1).
        """
        if template_prefix == FOR_UNKNOWN:
            code = {"code": self.generate_password_reset_code()}
            same_work.taken_back(lambda: self.send_mail(INSTEAD, email, code))
            return
        words = {key: value for key, value in context.items() if key not in {"request", "current_site", "user"}}
        queue(
            to=email,
            template=template_prefix.replace("/email/", "/"),
            context={
                **words,
                "email": email,
                "site_url": settings.SITE_URL,
                "code_minutes": settings.EMAIL_CODE_MINUTES,
            },
            about=uuid4(),  # each is a message of its own: asking twice sends two codes
            purpose=context.get("purpose", Purpose.AUTHENTICATE),
        )


class SecondStepAdapter(DefaultMFAAdapter):
    """Second steps: their secrets are sealed, and the apps that keep them show our name."""

    error_messages: Mapping[str, Any] = {**DefaultMFAAdapter.error_messages, **SECOND_STEP_WORDS}

    def build_totp_svg(self, url: str) -> str:
        """The QR code as an inline drawing: a data: address would need a hole in the content security policy."""
        drawing: str = super().build_totp_svg(url)
        return drawing[drawing.index("<svg") :]

    def encrypt(self, text: str) -> str:
        """Seal a secret before it is stored."""
        return secrets.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a stored secret; raises accounts.secrets.SecretBroken when it was altered."""
        return secrets.unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether a second step may go: staff keep at least one (promise P6.1)."""
        return second_steps.may_go(authenticator)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        """The name we propose for a new passkey."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return gettext("Passkey %(number)d") % {"number": count + 1}

    def _get_site_name(self) -> str:
        return "Occicor"
