"""What a worker does before it takes any work: it gives way to whoever opens a page, and loads what all need."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

GROUP = Path("/proc/self/autogroup")
START = """
import os, sys
from pathlib import Path
import django
from django.conf import settings
settings.WORKER_NICE = 5
django.setup()
from occicor import celery
celery.give_way()
celery.load_addresses()
print(os.nice(0), "rights_requests.urls" in sys.modules)
group = Path("/proc/self/autogroup")
print(group.read_text() if group.exists() else "")
"""


def session_nice(text: str) -> str:
    """What Linux says of a session ("/autogroup-7 nice 5"): nothing for the one that the machine itself began with."""
    return text.rsplit(maxsplit=1)[-1] if text.strip() else ""


def started(*, alone: bool) -> tuple[int, str, str]:
    """How nice a worker's process is when it has started, whether it has the addresses, how nice its session is."""
    done = subprocess.run(
        [sys.executable, "-c", START], start_new_session=alone, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    first, _, session = done.stdout.partition("\n")
    nice, loaded = first.split()
    return int(nice), loaded, session_nice(session)


@pytest.mark.parametrize("alone", [True, False], ids=["a session of its own", "somebody's session"])
def test_a_worker_gives_way_and_makes_nobody_else_give_way(alone: bool) -> None:
    before = session_nice(GROUP.read_text(encoding="ascii")) if GROUP.exists() else ""
    nice, loaded, session = started(alone=alone)
    assert (nice, loaded) == (os.nice(0) + 5, "True")
    if not (alone and session):  # somebody else's, or Linux keeps no sessions apart here
        assert session == before
    elif os.geteuid() == 0:
        assert session == "5"
    else:  # for ordinary users Linux changes ten sessions a second on a whole machine, and says no to one more
        assert session in {"5", "0"}


@pytest.mark.parametrize(("text", "nice"), [("/autogroup-7 nice 5\n", "5"), ("/autogroup-7 nice -3\n", "-3"), ("", "")])
def test_the_session_a_machine_began_with_says_nothing(text: str, nice: str) -> None:
    assert session_nice(text) == nice
