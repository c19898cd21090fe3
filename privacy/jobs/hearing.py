"""Notices that this worker no longer takes up what the broker has for it, and ends it, so that it is started anew."""

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from celery import Celery
from celery.worker import state
from kombu.exceptions import ChannelError

from privacy.dispatch import QUICK

logger = logging.getLogger(__name__)

# A look every three seconds; deaf is who let a bell lie in five looks in a row. Looks and not a clock: a machine that
# stood still for a minute has not looked meanwhile.
LOOK_SECONDS = 3.0
LOOKS = 5
# What the supervisor reads in its log; any status but 0 makes it, or systemd, start the worker again.
EXIT_STATUS = 69

# Held while the thread looks, so that a fork waits for the end of it (each answer of the broker is waited for a second
# at most). A child that is forked in the middle of a look finds the locks of the broker's client held for ever, by a
# thread that it does not have: at its first bell it would stand still, with a job whose lease its heartbeat renews.
_looking = threading.Lock()
os.register_at_fork(before=_looking.acquire, after_in_parent=_looking.release, after_in_child=_looking.release)


@dataclass(frozen=True)
class Look:
    """A worker at one instant: how many bells it ever took, whether it has one in hand, how many lie at the broker."""

    taken: int
    at_work: bool
    lying: int


class Hearing:
    """Judges one look after the other.

    Who has something in hand, or took one since the last look, hears; who has nothing to hear, too. So a worker that is
    busy for an hour is not deaf, and neither is one whose broker is away.
    """

    def __init__(self, looks: int = LOOKS) -> None:
        self._looks = looks
        self._unheard = 0
        self._taken = -1

    def is_deaf(self, look: Look) -> bool:
        """Whether a bell lay there in so many looks in a row, and the idle worker never took one."""
        unheard = look.lying > 0 and not look.at_work and look.taken == self._taken
        self._unheard = self._unheard + 1 if unheard else 0
        self._taken = look.taken
        return self._unheard >= self._looks


class Watch(threading.Thread):
    """A thread of the worker's first process that looks again and again, and calls `end` once it is deaf."""

    def __init__(self, look: Callable[[], Look], *, end: Callable[[], object], seconds: float = LOOK_SECONDS) -> None:
        super().__init__(name="hearing", daemon=True)
        self._look = look
        self._end = end
        self._seconds = seconds

    def run(self) -> None:
        """Look until the worker is deaf."""
        hearing = Hearing()
        while not hearing.is_deaf(self._looked()):
            time.sleep(self._seconds)
        logger.error("deaf: bells lie at the broker and none is heard; this worker ends, to be started anew")
        self._end()

    def _looked(self) -> Look:
        with _looking:
            return self._look()


def look_at(app: Celery, queues: Sequence[str]) -> Look:
    """The worker of this process as it is now; the broker is asked over a connection made for the purpose."""
    at_work = bool(state.reserved_requests or state.active_requests)
    return Look(state.all_total_count[0], at_work, 0 if at_work else lying_at_broker(app, queues))


def lying_at_broker(app: Celery, queues: Sequence[str]) -> int:
    """How many bells nobody took up yet; 0 while the broker does not answer, for then there is nothing to hear."""
    options = {**app.conf.broker_transport_options, **QUICK}
    try:
        with app.connection_for_read(transport_options=options) as connection:
            channel = connection.channel()
            return sum(_lying(channel, name) for name in queues)
    except Exception as error:  # noqa: BLE001 - whatever the broker's client raises says the same: it is away
        logger.info("broker not asked: %s", type(error).__name__)
        return 0


def watch(app: Celery) -> Watch:
    """Begin to watch this worker; once it is deaf its process ends at once, since nothing is in its hands."""
    # As they are at its start: a worker that has forgotten some of them is deaf to them all the same.
    queues = list(app.amqp.queues.consume_from)
    begun = Watch(lambda: look_at(app, queues), end=lambda: os._exit(EXIT_STATUS))
    begun.start()
    return begun


def _lying(channel: object, name: str) -> int:
    try:
        return int(channel.queue_declare(name, passive=True).message_count)  # type: ignore[attr-defined] # untyped there
    except ChannelError:
        # The way in which an empty queue is not there.
        return 0
