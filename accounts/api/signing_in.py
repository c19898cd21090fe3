"""The door by which apps sign people in: allauth's views for apps, each with what it reads looked at first.

An app gets the key of a session of ours as a token, and no cookie. What the pages ask is asked here too, by the same
forms and in the same order: the code by mail, the second step, the password once more. What changes how somebody signs
in (address, password, second steps) has its pages at the site and no address here.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from io import BytesIO
from typing import Any, ClassVar

from allauth.headless.account import views as account
from allauth.headless.base import views as base
from allauth.headless.base.views import APIView
from allauth.headless.constants import Client
from allauth.headless.internal.restkit import inputs
from allauth.headless.mfa import inputs as second_step_inputs
from allauth.headless.mfa import views as second_step
from allauth.headless.usersessions import views as sessions
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from rest_framework.exceptions import ParseError

from accounts.api.described import STEPS
from accounts.forms import OpensOnce, PasskeyNoted, ResetPasswordForm
from privacy.api.problems import Kind, Problem, plain_answer, problem_answer
from privacy.api.reading import StrictJSON

View = Callable[..., HttpResponseBase]


class PasswordResetInput(ResetPasswordForm, inputs.Input):
    """Where a code is asked for: the address as the account has it, never a look-alike as it was typed."""


class PasswordResetView(account.RequestPasswordResetView):
    """Asks for a code by the form of the page."""

    input_class = PasswordResetInput


class SecondStepInput(OpensOnce, second_step_inputs.AuthenticateInput):
    """The second step: a code opens once, at this door and at the page together."""


class SecondStepView(second_step.AuthenticateView):
    """Takes the second step as the page does."""

    input_class = SecondStepInput


class SecondStepAgainInput(OpensOnce, second_step_inputs.ReauthenticateInput):
    """The second step again; the code that signed in is no proof once more."""


class SecondStepAgainView(second_step.ReauthenticateView):
    """Takes the second step again as the page does."""

    input_class = SecondStepAgainInput


class PasskeyInput(PasskeyNoted, second_step_inputs.AuthenticateWebAuthnInput):
    """A passkey as the second step."""


class PasskeyView(second_step.AuthenticateWebAuthnView):
    """Takes a passkey as the page does."""

    input_class: ClassVar = {"POST": PasskeyInput}


class PasskeyAgainInput(PasskeyNoted, second_step_inputs.ReauthenticateWebAuthnInput):
    """A passkey again."""


class PasskeyAgainView(second_step.ReauthenticateWebAuthnView):
    """Takes a passkey again as the page does."""

    input_class: ClassVar = {"POST": PasskeyAgainInput}


# Address below /api/v1/, its name, and who answers.
VIEWS = (
    ("config", "config", base.ConfigView),
    ("auth/session", "session", account.SessionView),
    ("auth/login", "login", account.LoginView),
    ("auth/signup", "signup", account.SignupView),
    ("auth/email/verify", "verify_email", account.VerifyEmailView),
    ("auth/email/verify/resend", "resend_code", account.ResendEmailVerificationCodeView),
    ("auth/password/request", "password_request", PasswordResetView),
    ("auth/password/reset", "password_reset", account.ResetPasswordView),
    ("auth/reauthenticate", "reauthenticate", account.ReauthenticateView),
    ("auth/2fa/authenticate", "second_step", SecondStepView),
    ("auth/2fa/reauthenticate", "second_step_again", SecondStepAgainView),
    ("auth/webauthn/authenticate", "passkey", PasskeyView),
    ("auth/webauthn/reauthenticate", "passkey_again", PasskeyAgainView),
    ("auth/sessions", "sessions", sessions.SessionsView),
)


def strictly(kind: type[APIView], methods: Sequence[str]) -> View:
    """A view of allauth's that reads only what any of ours would: JSON of some size and depth that means one thing.

    It is asked with the methods that are described and no other: some would take the step before they looked.
    """
    view: View = kind.as_api_view(client=Client.APP)
    allowed = [*methods, *(["HEAD"] if "GET" in methods else [])]

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in allowed:
            return problem_answer(Problem(Kind.METHOD, headers={"Allow": ", ".join(allowed)}))
        return _unreadable(request) or view(request, *args, **kwargs)

    return answered


def _unreadable(request: HttpRequest) -> HttpResponse | None:
    if request.method in {"GET", "HEAD", "OPTIONS"} or not request.body:
        return None
    if request.content_type != "application/json":
        return plain_answer(Kind.MEDIA)
    try:
        found = StrictJSON().parse(BytesIO(request.body))
    except Problem as problem:
        return problem_answer(problem)
    except ParseError:
        return plain_answer(Kind.UNREADABLE)
    return None if isinstance(found, dict) else plain_answer(Kind.UNREADABLE)


def patterns() -> list[URLPattern]:
    """Every address of signing in with an app."""
    return [path(address, strictly(view, _methods(address)), name=name) for address, name, view in VIEWS]


def _methods(address: str) -> list[str]:
    return [step.method.upper() for step in STEPS if step.address == address]
