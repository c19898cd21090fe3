"""Views of kept pages: held in the process for a second and then counted together, so that one costs next to nothing.

What a process that is killed was holding is not counted: the views of one second at most.
"""

import atexit
import threading
import time
from collections import Counter
from collections.abc import Mapping
from queue import Empty, SimpleQueue
from typing import Any

from visitors.audience.seen import is_opened, view_of
from visitors.audience.tally import Tally, tally
from visitors.kept import Page

HOLD_SECONDS = 1.0
# What tells one view from another: the page, and three things that the browser said.
_SAID = ("HTTP_USER_AGENT", "HTTP_REFERER")
View = tuple[Page, str, tuple[str, ...]]


class HeldViews:
    """Takes views from any thread; a thread of its own counts them, begun with the first one."""

    def __init__(self, counts: Tally = tally) -> None:
        self._counts = counts
        self._views: SimpleQueue[View] = SimpleQueue()
        self._begun = threading.Lock()

    def add(self, page: Page, environ: Mapping[str, Any], host: str) -> None:
        """Hold a view of the page; nothing where it is not counted, or no person opened it."""
        if page.counted and is_opened(environ):
            self._views.put((page, host, tuple(environ.get(name, "") for name in _SAID)))
            if self._begun.acquire(blocking=False):
                atexit.register(self.count)
                threading.Thread(target=self._count_for_ever, name="held views", daemon=True).start()

    def count(self) -> int:
        """Count what is held, the same views together; returns how many views it was."""
        held: Counter[View] = Counter()
        while True:
            try:
                held[self._views.get_nowait()] += 1
            except Empty:
                break
        for (page, host, said), times in held.items():
            self._counts.count(view_of(page.route, page.language, dict(zip(_SAID, said, strict=True)), host), times)
        return held.total()

    def _count_for_ever(self) -> None:
        while True:
            time.sleep(HOLD_SECONDS)
            self.count()


held_views = HeldViews()
