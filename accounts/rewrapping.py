"""How the secrets of second steps come under a new PACKAGE_KEK, of which their own key is derived (ADR 0062)."""

from collections.abc import Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Q

from accounts.secrets import SecretBroken, reseal
from privacy.keys.registered import wrapped_in
from privacy.package.seal import SealBroken

# Under which names allauth keeps what it has sealed; a list of recovery codes of an older site is sealed one by one.
_SEALED = ("secret", "seed")
_SEALED_LISTS = ("migrated_codes",)


def register() -> None:
    """Say where they stand, for the command that wraps them anew. A passkey has no secret of ours."""
    wrapped_in("mfa.Authenticator", _authenticator, rows=~Q(type=Authenticator.Type.WEBAUTHN))


def _authenticator(row: Authenticator) -> Mapping[str, Any]:
    data = dict(row.data)
    try:
        for name in _SEALED:
            if name in data:
                data[name] = reseal(data[name]) or data[name]
        for name in _SEALED_LISTS:
            if name in data:
                data[name] = [reseal(code) or code for code in data[name]]
    except SecretBroken as error:
        raise SealBroken("a second step cannot be read") from error
    return {"data": data} if data != row.data else {}
