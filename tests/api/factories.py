"""Makes what the API keeps about people."""

from collections.abc import Callable
from uuid import uuid4

from django.db.models import Model

from accounts.models import ApiKey, Customer, User
from accounts.vocabulary import Scope
from privacy.digests import keyed_digest
from privacy.models import KeptAnswer


def _kept_answer(user: User, canary: str) -> list[Model]:
    said = {"user": user, "fingerprint": "0" * 64, "status": 201, "body": {"body": {"note": canary}}}
    return [KeptAnswer.objects.create(key=uuid4().hex * 2, **said)]


def make_key(customer: Customer | None, *scopes: str, secret: str = "") -> ApiKey:
    """A key of a Customer, which may do everything unless scopes are named; `secret` opens it."""
    digest = keyed_digest("api-key", secret) if secret else uuid4().hex * 2
    told = {"name": "Staff list", "hint": "occ_12345678", "digest": digest, "scopes": list(scopes) or Scope.values}
    return ApiKey.objects.create(customer=customer, **told)


FACTORIES: dict[str, Callable[[User, str], list[Model]]] = {"privacy.keptanswer": _kept_answer}
