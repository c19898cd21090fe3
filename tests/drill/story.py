"""What the drill does inside the site: `python -m tests.drill.story COMMAND ARGUMENT…` prints the answer as JSON."""

import itertools
import json
import sys
import time
from collections.abc import Callable
from uuid import UUID

import django

django.setup()

from accounts.models import User  # noqa: E402
from privacy.data_map import residue  # noqa: E402
from privacy.data_map.subject import subject_of_user  # noqa: E402
from privacy.vocabulary import Right  # noqa: E402
from rights_requests.models import RightsRequest  # noqa: E402
from tests import factories  # noqa: E402
from tests.factories import make_user  # noqa: E402
from tests.rights_requests.scenario import approved  # noqa: E402

# Each command is a process of its own, and the people it makes need names of their own.
factories._numbers = itertools.count(time.time_ns())


def person(email: str) -> list[str]:
    """A person with an account: the id, then every identifier by which she is known."""
    user = make_user(email)
    return [str(user.pk), *sorted(subject_of_user(user.pk).identifiers())]


def ask(user: str, right: str) -> str:
    """File and approve a request of the person; its id."""
    return str(approved(User.objects.get(pk=UUID(user)), Right(right)).pk)


def state(request: str) -> str:
    """How far the request is."""
    return str(RightsRequest.objects.get(pk=request).state)


def left(*identifiers: str) -> list[str]:
    """Where one of the identifiers still stands, though nothing says that it may."""
    hits = residue.scan(frozenset(identifiers))
    return sorted({f"{hit.table}.{hit.column}" for hit in hits if not hit.planned})


COMMANDS: dict[str, Callable[..., object]] = {"person": person, "ask": ask, "state": state, "left": left}

if __name__ == "__main__":
    print(json.dumps(COMMANDS[sys.argv[1]](*sys.argv[2:])))
