"""Makes what the API keeps about people."""

from collections.abc import Callable
from uuid import uuid4

from django.db.models import Model

from accounts.models import User
from privacy.models import KeptAnswer


def _kept_answer(user: User, canary: str) -> list[Model]:
    said = {"user": user, "fingerprint": "0" * 64, "status": 201, "body": {"body": {"note": canary}}}
    return [KeptAnswer.objects.create(key=uuid4().hex * 2, **said)]


FACTORIES: dict[str, Callable[[User, str], list[Model]]] = {"privacy.keptanswer": _kept_answer}
