"""The forms of account pages: each field says why it asks, each error what to write instead."""

from collections.abc import Callable
from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as second_step
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as passkey
from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.http import HttpRequest, QueryDict
from django.shortcuts import redirect
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts import changed_address, former_addresses, second_steps
from accounts.models import FormerAddress, Profile, User
from accounts.selectors import PROFILE_FIELDS
from accounts.sign_up_question import CLOSED, PARTS
from privacy.addresses import normalised
from privacy.data_map.rectify import tidied
from privacy.forms import ADDRESS_WRONG, TOO_LONG, AddressField

PASSWORD_HINT = format_lazy(
    _(
        "At least {length} characters. Three or four unrelated words are easy to remember and hard to guess. Avoid your"
        " address and passwords that many people use."
    ),
    length=settings.PASSWORD_LENGTH,
)
MOVED = _("This was changed meanwhile and now says “%(now)s”. Save once more to replace it with what you typed.")
MOVED_EMPTY = _("This was emptied meanwhile. Save once more to write what you typed.")
digits_only = RegexValidator(r"^[0-9 +()./-]{5,}$", _("Enter a phone number in digits, such as +33 1 23 45 67 89."))


class PlainWords(forms.Form):
    """Gives the fields of a library's form our labels, reasons and answers, and takes hints out of the boxes.

    `words` maps a field to its label, why it asks, and what to say when it is empty.
    """

    use_required_attribute = False
    words: ClassVar[dict[str, tuple[Any, Any, Any]]] = {}
    attrs: ClassVar[dict[str, dict[str, str]]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, why, when_empty) in self.words.items():
            field = self.fields[name]
            field.label, field.help_text = label, why
            field.error_messages.update(required=when_empty, invalid=ADDRESS_WRONG)
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs.update(self.attrs.get(name, {}))


EMPTY_PASSWORD = _("Enter your password.")
EMPTY_NEW_PASSWORD = format_lazy(
    _("Enter a new password of at least {length} characters."), length=settings.PASSWORD_LENGTH
)
EMPTY_CODE = _("Enter the code from the message we sent you.")
EMPTY_APP_CODE = _("Enter the six digits that your app shows now.")
CODE_ATTRS = {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
APP_CODE_ATTRS = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
MESSAGE_CODE = (_("Code from the message"), _("Letters and a dash; capitals do not matter."), EMPTY_CODE)


class LoginForm(PlainWords, account.LoginForm):
    """Sign in with an address and a password."""

    words: ClassVar = {
        "login": (_("E-mail address"), "", _("Enter the e-mail address of your account.")),
        "password": (_("Password"), "", EMPTY_PASSWORD),
    }
    attrs: ClassVar = {"login": {"autocomplete": "username"}}

    def clean(self) -> dict[str, Any]:
        """Say at the password, not only above the form, that the two do not belong together."""
        try:
            super().clean()
        except forms.ValidationError as wrong:
            self.add_error("password", wrong)
        return self.cleaned_data


class SignupForm(PlainWords, account.SignupForm):
    """Make an account; when somebody was born is asked by the part that every sign-up shares (sign_up_question)."""

    field_order = (*PARTS, "email", "password1")
    words: ClassVar = {
        "email": (
            _("E-mail address"),
            _("You sign in with it, and we answer your requests there. We send a code to see that it is yours."),
            _("Enter your e-mail address."),
        ),
        "password1": (_("Password"), PASSWORD_HINT, EMPTY_NEW_PASSWORD),
    }

    def clean(self) -> dict[str, Any]:
        """Lead whoever gets no account away from the page and from all that they typed into it."""
        try:
            given: dict[str, Any] = super().clean() or {}
        except forms.ValidationError as refused:
            if refused.code == CLOSED:
                raise ImmediateHttpResponse(redirect("account_signup")) from refused
            raise
        return given


class ResetPasswordForm(PlainWords, account.ResetPasswordForm):
    """Ask for a code to choose a new password."""

    words: ClassVar = {
        "email": (
            _("E-mail address"),
            _("If there is an account with it, we send a code there."),
            _("Enter the e-mail address of your account."),
        )
    }

    def clean_email(self) -> str:
        """The address to which the code goes: the account's own form of it, never a look-alike as it was typed."""
        super().clean_email()
        return normalised(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Send the code; to an address that was left a short while ago the way back, for that is what is missing."""
        changed_address.remind(self.cleaned_data["email"])
        sent: str = super().save(request, **kwargs)
        return sent


class ResetPasswordKeyForm(PlainWords, account.ResetPasswordKeyForm):
    """Choose a new password after the code was right; typed once, since password managers do not mistype."""

    words: ClassVar = {"password1": (_("New password"), PASSWORD_HINT, EMPTY_NEW_PASSWORD)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]


class ChangePasswordForm(PlainWords, account.ChangePasswordForm):
    """Change the password while signed in."""

    words: ClassVar = {
        "oldpassword": (_("Current password"), _("So that nobody else can change it."), EMPTY_PASSWORD),
        "password1": (_("New password"), PASSWORD_HINT, EMPTY_NEW_PASSWORD),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]


class SetPasswordForm(PlainWords, account.SetPasswordForm):
    """Choose a first password."""

    words: ClassVar = {"password1": (_("Password"), PASSWORD_HINT, EMPTY_NEW_PASSWORD)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]


class ReauthenticateForm(PlainWords, account.ReauthenticateForm):
    """Enter the password again before something that matters."""

    words: ClassVar = {"password": (_("Password"), "", EMPTY_PASSWORD)}


class AddEmailForm(PlainWords, account.AddEmailForm):
    """Ask to use another address."""

    words: ClassVar = {
        "email": (
            _("New e-mail address"),
            _("We send a code to it. Your address changes once you have entered that code."),
            _("Enter the new e-mail address."),
        )
    }

    settles_in_days = settings.EMAIL_CHANGE_COOLDOWN_DAYS

    def last_change(self) -> FormerAddress | None:
        """The change of a short while ago, if there was one: until it is settled there is no other."""
        return former_addresses.last_change(self.user.pk)


class ConfirmEmailCodeForm(PlainWords, account.ConfirmEmailVerificationCodeForm):
    """Show that an address is one's own."""

    words: ClassVar = {"code": MESSAGE_CODE}
    attrs: ClassVar = {"code": CODE_ATTRS}


class ConfirmResetCodeForm(PlainWords, account.ConfirmPasswordResetCodeForm):
    """Show that one can read the account's mail."""

    words: ClassVar = {"code": MESSAGE_CODE}
    attrs: ClassVar = {"code": CODE_ATTRS}


SECOND_STEP_CODE = (_("Code"), _("Six digits from your app, or one of your recovery codes."), EMPTY_APP_CODE)


class OpensOnce(forms.Form):
    """A code opens once for as long as it is good: the library remembers it for a third of that time."""

    user: User
    authenticator: Authenticator
    _emit_authentication_failed: Callable[[Authenticator], None]

    def clean_code(self) -> str:
        """The code, when it is right and was not used before."""
        code: str = super().clean_code()  # type: ignore[misc] # the library's form stands beside this one
        if second_steps.was_used(self.user.pk, code):
            self._emit_authentication_failed(self.authenticator)
            raise get_adapter().validation_error("incorrect_code")
        return code


class SecondStepForm(OpensOnce, PlainWords, second_step.AuthenticateForm):
    """The second step of signing in."""

    words: ClassVar = {"code": SECOND_STEP_CODE}
    attrs: ClassVar = {"code": APP_CODE_ATTRS}


class SecondStepAgainForm(OpensOnce, PlainWords, second_step.ReauthenticateForm):
    """The second step again, before something that matters."""

    words: ClassVar = {"code": SECOND_STEP_CODE}
    attrs: ClassVar = {"code": APP_CODE_ATTRS}


class PasskeyNoted(forms.Form):
    """A passkey that does not open is told to whoever listens, as the library tells of a wrong code."""

    user: User
    reauthenticated: bool

    def clean_credential(self) -> Authenticator:
        """The second step whose passkey it is."""
        try:
            found: Authenticator = super().clean_credential()  # type: ignore[misc] # the library's form stands beside
        except forms.ValidationError:
            authentication_failed.send(
                sender=Authenticator,
                request=context.request,
                user=self.user,
                authenticator=None,
                reauthentication=self.reauthenticated,
            )
            raise
        return found


class PasskeyForm(PasskeyNoted, passkey.AuthenticateWebAuthnForm):
    """A passkey as the second step of signing in."""


class PasskeyAgainForm(PasskeyNoted, passkey.ReauthenticateWebAuthnForm):
    """A passkey again, before something that matters."""


class ActivateAppForm(PlainWords, totp.ActivateTOTPForm):
    """Show that the app has the secret."""

    words: ClassVar = {"code": (_("Code"), _("The six digits that your app shows now."), EMPTY_APP_CODE)}
    attrs: ClassVar = {"code": APP_CODE_ATTRS}


PASSKEY_NAME = (_("Name"), _("So that you can tell your passkeys apart, such as “work phone”."), _("Enter a name."))


class AddPasskeyForm(PlainWords, passkey.AddWebAuthnForm):
    """Name a new passkey; the browser fills in the rest."""

    words: ClassVar = {"name": PASSKEY_NAME}


class EditPasskeyForm(PlainWords, passkey.EditWebAuthnForm):
    """Name a passkey anew."""

    words: ClassVar = {"name": PASSKEY_NAME}


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg] # not generic at run time
    """What a person tells us about themselves; nothing is required."""

    use_required_attribute = False
    # Which version of the profile this page shows; a page that does not say so overwrites nothing knowingly either.
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    class Meta:
        """Every field with why it asks (promise P0.2) and what the browser may fill in."""

        model = Profile
        fields = PROFILE_FIELDS
        help_texts: ClassVar[dict[str, Any]] = {
            "name": _("So that we can address you, in messages and when you call us."),
            "workplace": _("So that we can connect you with your company's agreement with us."),
            "position": _("So that we can suggest what is useful in your work."),
            "phone": _("So that we can call you back when you ask us to. We do not call for anything else."),
            "address": _("So that we can send you something by post when you ask for it."),
        }
        widgets: ClassVar[dict[str, Any]] = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "workplace": forms.TextInput(attrs={"autocomplete": "organization"}),
            "position": forms.TextInput(attrs={"autocomplete": "organization-title"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
            "address": forms.Textarea(attrs={"autocomplete": "street-address", "rows": "4"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.instance.version
        self.fields["phone"].validators.append(digits_only)
        for field in self.fields.values():
            field.error_messages["max_length"] = TOO_LONG
            # Counted on the server, so that a long text is answered in words and not cut off in silence.
            field.widget.attrs.pop("maxlength", None)

    def clean_seen(self) -> str | None:
        """The version, or None where the form came without one."""
        return self.cleaned_data["seen"] or None

    def say_what_moved(self, now: Profile) -> None:
        """Say at each field what stands there since; what was typed stays, and is saved when it is sent once more."""
        self.data = {**self.data.dict(), "seen": now.version} if isinstance(self.data, QueryDict) else self.data
        for name in PROFILE_FIELDS:
            value = getattr(now, name)
            if tidied(value) != tidied(self.cleaned_data.get(name, value)):
                self.add_error(name, MOVED % {"now": value} if value else MOVED_EMPTY)


class ClaimForm(forms.Form):
    """The work address under which somebody was enrolled."""

    use_required_attribute = False

    work_email = AddressField(
        label=_("Work e-mail address"),
        help_text=_("The one to which we wrote that you were enrolled. We send a code there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Enter the work address to which we wrote.")},
    )


class ClaimCodeForm(forms.Form):
    """The six digits from the message."""

    use_required_attribute = False

    code = forms.CharField(
        max_length=40,
        label=_("Code from the message"),
        help_text=_("Six digits."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false", "dir": "ltr"}
        ),
        error_messages={"required": EMPTY_CODE},
    )
