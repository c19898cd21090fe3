"""A worker that hears no bell is told from one that is busy, that has nothing to hear, and that stood still."""

import os
import threading
from uuid import uuid4

import pytest
from celery import Celery, current_app

from privacy.jobs import hearing
from privacy.jobs.hearing import LOOKS, Hearing, Look, Watch

DEAF = Look(taken=7, at_work=False, lying=2)


def judged(*looks: Look) -> bool:
    """What is said at the last of these."""
    judge = Hearing()
    return [judge.is_deaf(look) for look in looks][-1]


def test_who_lets_a_bell_lie_again_and_again_with_empty_hands_is_deaf() -> None:
    assert judged(*[DEAF] * (LOOKS + 1))
    assert not judged(*[DEAF] * LOOKS), "the first look says what it took before"


@pytest.mark.parametrize(
    "between",
    [
        Look(taken=8, at_work=False, lying=2),
        Look(taken=7, at_work=True, lying=2),
        Look(taken=7, at_work=False, lying=0),
    ],
    ids=["it took one", "it is at work", "nothing lies there"],
)
def test_who_takes_one_or_is_at_work_or_has_nothing_to_hear_is_not(between: Look) -> None:
    assert not judged(*[DEAF] * LOOKS, between, *[DEAF] * (LOOKS - 1))


def test_the_watch_ends_the_worker_once() -> None:
    ended = threading.Event()
    watch = Watch(lambda: DEAF, end=ended.set, seconds=0.01)
    watch.start()
    assert ended.wait(5)
    watch.join(5)
    assert not watch.is_alive()


def test_no_child_is_forked_in_the_middle_of_a_look() -> None:
    """It would find the locks of the broker's client held by a thread that it does not have, and wait for ever."""
    looks, enough = threading.Event(), threading.Event()

    def look() -> Look:
        looks.set()
        enough.wait(5)
        return DEAF

    watch = Watch(look, end=lambda: None, seconds=0.01)
    watch.start()
    assert looks.wait(5)
    threading.Timer(0.3, enough.set).start()
    child = os.fork()
    if not child:
        os._exit(int(not enough.is_set()))
    assert os.waitpid(child, 0)[1] == 0
    watch.join(5)
    assert not watch.is_alive(), "it looks on after the fork"


def test_bells_that_lie_at_the_broker_are_counted_and_one_that_is_away_has_none() -> None:
    app = Celery("of-this-test", broker=current_app.conf.broker_url)
    queues = [f"of-this-test-{uuid4()}", "of-nobody"]
    app.conf.task_default_queue = queues[0]
    assert hearing.lying_at_broker(app, queues) == 0
    for number in range(3):
        app.send_task("privacy.ping", args=(str(number),))
    assert hearing.lying_at_broker(app, queues) == 3
    app.control.purge()
    assert hearing.lying_at_broker(app, queues) == 0
    assert hearing.lying_at_broker(Celery("away", broker="redis://127.0.0.1:9/0"), queues) == 0
