"""Makes the readable pages of one holding after another, bit by bit, while PostgreSQL is at work on the next rows."""

from collections.abc import Iterator
from itertools import chain, islice

from privacy.package.archive import Archive
from privacy.package.contents import Copied, named
from privacy.package.readable import Page, Pages


class Making:
    """Makes pages when it is let, and writes those of a holding when it turns to the next."""

    def __init__(self, archive: Archive, pages: Pages) -> None:
        self._archive = archive
        self._pages = pages
        self._ahead: Iterator[Page] = iter(())
        self._made: list[Page] = []

    def turn_to(self, copied: Copied) -> None:
        """Finish the holding before, and begin on the pages of this one, whose rows must all be read and counted."""
        self.finish()
        self._ahead = self._named(copied)

    def _named(self, copied: Copied) -> Iterator[Page]:
        with named(copied):
            yield from self._pages.records(copied)

    def step(self) -> None:
        """Make one more page, if there is one to make."""
        self._made += islice(self._ahead, 1)

    def finish(self) -> None:
        """Make what is left and write all of it; no member of the archive may be half-written on the disk."""
        for page in chain(self._made, self._ahead):
            self._archive.add(page.name, page.content)
        self._made.clear()
