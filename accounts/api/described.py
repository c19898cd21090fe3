"""Describes the addresses of signing in, whose answers are allauth's own and not written down in any view of ours."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.headless.account.inputs import SignupInput

TAG = "Signing in"
_ROOT = "/api/v1/"
_ANSWERS = {
    200: "You are signed in, or it is done.",
    400: "A member is wrong; `errors` says which.",
    401: "You are not signed in; `data.flows` says what is still missing, `meta.session_token` with which token.",
    403: "No account can be opened here.",
    409: "This is not the moment for it.",
    410: "The token has ended: begin again without it.",
}
_TEXT = {"type": "string"}
_MEMBERS: dict[str, dict[str, Any]] = {
    "email": {"type": "string", "format": "email"},
    "password": {"type": "string"},
    "key": {"type": "string", "description": "The code from our message."},
    "code": {"type": "string", "description": "The code that the app shows, or a recovery code."},
    "credential": {"type": "object", "description": "What the passkey answered.", "additionalProperties": True},
    "sessions": {"type": "array", "items": {"type": "integer"}, "description": "Which to end, by `id`."},
}


@dataclass(frozen=True)
class Step:
    """One step of signing in: how it is asked for, what is sent, and with which statuses it can be answered."""

    method: str
    address: str
    name: str
    summary: str
    statuses: tuple[int, ...]
    sends: tuple[str, ...] = ()


STEPS = (
    Step("get", "config", "sign_in_config", "Read how one signs in here", (200,)),
    Step("get", "auth/session", "session_read", "Read whether you are signed in", (200, 401)),
    Step("delete", "auth/session", "session_end", "Sign out", (401,)),
    Step("post", "auth/login", "sign_in", "Sign in", (200, 400, 401, 409), ("email", "password")),
    Step("post", "auth/signup", "sign_up", "Open an account", (400, 401, 403, 409), ("email", "password")),
    Step("post", "auth/email/verify", "verify_email", "Show that the address is yours", (200, 400, 401, 409), ("key",)),
    Step("post", "auth/email/verify/resend", "verify_email_again", "Have the code sent once more", (200, 409)),
    Step(
        "post",
        "auth/password/request",
        "password_request",
        "Ask for a code to choose a new password",
        (200, 400, 401),
        ("email",),
    ),
    Step(
        "post",
        "auth/password/reset",
        "password_reset",
        "Choose a new password",
        (200, 400, 401, 409),
        ("key", "password"),
    ),
    Step(
        "post", "auth/reauthenticate", "reauthenticate", "Give your password once more", (200, 400, 401), ("password",)
    ),
    Step("post", "auth/2fa/authenticate", "second_step", "Take the second step", (200, 400, 401), ("code",)),
    Step(
        "post",
        "auth/2fa/reauthenticate",
        "second_step_again",
        "Take the second step once more",
        (200, 400, 401),
        ("code",),
    ),
    Step("get", "auth/webauthn/authenticate", "passkey_options", "Read what to ask the passkey for", (200, 401)),
    Step(
        "post",
        "auth/webauthn/authenticate",
        "passkey",
        "Take the second step with a passkey",
        (200, 400, 401),
        ("credential",),
    ),
    Step(
        "get",
        "auth/webauthn/reauthenticate",
        "passkey_options_again",
        "Read what to ask the passkey for once more",
        (200, 401),
    ),
    Step(
        "post",
        "auth/webauthn/reauthenticate",
        "passkey_again",
        "Take the second step with a passkey once more",
        (200, 400, 401),
        ("credential",),
    ),
    Step("get", "auth/sessions", "sessions_list", "List where you are signed in", (200, 401)),
    Step("delete", "auth/sessions", "sessions_end", "Sign out elsewhere", (200, 400, 401), ("sessions",)),
)
_SHAPE = {
    "type": "object",
    "description": "How far somebody is with signing in.",
    "required": ["status"],
    "properties": {
        "status": {"type": "integer"},
        "data": {"description": "The account, the methods that were used, and `flows`: what can be done next."},
        "meta": {
            "type": "object",
            "properties": {
                "is_authenticated": {"type": ["boolean", "null"]},
                "session_token": {"type": "string", "description": "Send it as `X-Session-Token` from now on."},
            },
        },
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["message", "code"],
                "properties": {"message": _TEXT, "code": _TEXT, "param": _TEXT},
            },
        },
    },
}


def with_signing_in(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Put the steps of signing in before everything else."""
    paths: dict[str, Any] = {}
    for step in STEPS:
        paths.setdefault(_ROOT + step.address, {})[step.method] = _operation(step)
    schemas, ours = result["components"]["schemas"], {"SignIn": _SHAPE, **dict(_sent())}
    if taken := schemas.keys() & ours:
        raise ValueError(f"two shapes of one name: {', '.join(sorted(taken))}")
    schemas |= ours
    return {**result, "paths": {**paths, **result["paths"]}}


def _operation(step: Step) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": step.name,
        "summary": step.summary,
        "tags": [TAG],
        "security": [{"sessionToken": []}, {}],
        "responses": {str(status): _answer(status) for status in (*step.statuses, 410)},
    }
    if step.sends:
        shape = {"$ref": f"#/components/schemas/{_named(step)}"}
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": shape}}}
    return told


def _answer(status: int) -> dict[str, Any]:
    shape = {"$ref": "#/components/schemas/SignIn"}
    return {"description": _ANSWERS[status], "content": {"application/json": {"schema": shape}}}


def _sent() -> Iterator[tuple[str, dict[str, Any]]]:
    for step in STEPS:
        if step.sends:
            names = _asked_at_sign_up() if step.name == "sign_up" else step.sends
            members = {name: _MEMBERS.get(name, _TEXT) for name in names}
            yield _named(step), {"type": "object", "required": list(names), "properties": members}


def _asked_at_sign_up() -> tuple[str, ...]:
    """What the form of the page asks too, whatever that is."""
    return tuple(name for name, asked in SignupInput().fields.items() if asked.required)


def _named(step: Step) -> str:
    return "".join(part.title() for part in step.name.split("_")) + "Step"
