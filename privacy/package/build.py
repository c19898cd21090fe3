"""Builds the package that answers an access request: one snapshot, written once, sealed from its first byte."""

import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.utils import timezone, translation
from psycopg2 import DatabaseError

from privacy.data_map.declarations import Holding, provided_part
from privacy.data_map.registry import registry
from privacy.data_map.subject import Subject
from privacy.package.archive import Archive, Sink
from privacy.package.contents import Copied, described, name_in, named
from privacy.package.export import Selected, Snapshot, Take, has_hidden_values, open_snapshot
from privacy.package.lines import FEW_ROWS, Few, Lines
from privacy.package.making import Making
from privacy.package.manifest import PackageInfo, manifest, signature_file
from privacy.package.per_language import per_language
from privacy.package.readable import Page, Pages, stylesheet
from privacy.package.redactions import redacted
from privacy.package.schema import schema
from privacy.package.seal import SealingWriter, new_key, package_id_of
from privacy.package.signing import canonical
from privacy.package.vcard import vcard
from privacy.vocabulary import Category, Right

KINDS_IN_ORDER = list(Category.values)

__all__ = ["BuiltPackage", "PackageInfo", "build_package"]


@dataclass(frozen=True)
class BuiltPackage:
    """A finished package: sizes in bytes, the SHA-256 of the ZIP file that the person receives, and its key."""

    size: int
    sealed_size: int
    sha256: str
    manifest: dict[str, Any]
    key: bytes


def build_package(
    *,
    subject: Subject,
    path_part: Path,
    about: PackageInfo,
    now: datetime,
    heartbeat: Callable[[], None] = lambda: None,
) -> BuiltPackage:
    """Write the subject's package to `path_part`, sealed under a new key, and flush it to the disk.

    `path_part` must be named `<package id>.<anything>`: the file is bound to that id. `heartbeat` is called between
    holdings with rows and may raise to stop the work. Reads in a transaction of its own, so only what is committed is
    seen, and writes nothing to the database. Calling it again starts again. On any exception the file is removed, and
    the exception goes on, with a note `holding:<slug>` where it is known in which holding it came.
    """
    key = new_key()
    descriptor = os.open(path_part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file, translation.override(about.language):
            sink = _Sink(file, key, package_id_of(path_part))
            content = _write_archive(sink, subject, about, now, heartbeat)
            sink.finish(file)
    except BaseException:
        path_part.unlink(missing_ok=True)
        raise
    return BuiltPackage(sink.sealing.size, sink.sealing.sealed_size, sink.hash.hexdigest(), content, key)


class _Sink:
    """Seals what the archive writes, and takes the hash of it on the way."""

    def __init__(self, file: IO[bytes], key: bytes, bound_to: bytes) -> None:
        self.sealing = SealingWriter(file, key, bound_to)
        self.hash = hashlib.sha256()

    def write(self, data: bytes, /) -> int:
        """Take bytes of the ZIP file."""
        self.hash.update(data)
        return self.sealing.write(data)

    def finish(self, file: IO[bytes]) -> None:
        """Write the last chunk and wait until the disk has everything."""
        self.sealing.close()
        file.flush()
        os.fsync(file.fileno())


def _write_archive(
    sink: Sink, subject: Subject, about: PackageInfo, now: datetime, heartbeat: Callable[[], None]
) -> dict[str, Any]:
    archive = Archive(sink, timezone.localtime(now))
    pages = Pages(about, now)
    _add(archive, pages.readme())
    archive.add("style.css", stylesheet())
    with open_snapshot() as snapshot:
        copies = _copy_all(archive, snapshot, subject, pages, heartbeat)
        _copy_consents(archive, snapshot, copies)
    archive.add("profile.vcf", vcard(copies))
    archive.add("schema.json", canonical(schema(copies)))
    _add(archive, pages.index(copies))
    content = manifest(about, copies, archive.entries, now)
    signed = canonical(content)
    archive.add("manifest.json", signed)
    archive.add("manifest.json.sig", signature_file(signed))
    archive.close()
    return content


def parts(right: Right, left_out: Collection[str]) -> list[type[Holding]]:
    """What is copied, in reading order: everything, or for portability only what the person provided (Art. 20(1)).

    Without the parts (slugs) that staff refused.
    """
    wanted = (holding for holding in registry.holdings.values() if holding.slug() not in left_out)
    holdings = sorted(wanted, key=_reading_order)
    if right is not Right.PORTABILITY:
        return holdings
    return [provided_part(holding) for holding in holdings if any(holding.portable())]  # type: ignore[arg-type]


def _copy_all(
    archive: Archive,
    snapshot: Snapshot,
    subject: Subject,
    pages: Pages,
    heartbeat: Callable[[], None],
) -> list[Copied]:
    """First as JSON whatever is few, of all holdings at once; then of each holding with rows all that is left to write.

    Holdings with many rows go one by one, and those with values to be counted before their pages can be made: the rows
    of all of them must not be kept at once meanwhile.
    """
    making, about = Making(archive, pages), pages.about
    heartbeat()
    copies = [
        _asked(holding, about, snapshot.source(holding, subject)) for holding in parts(about.right, about.left_out)
    ]
    plain = [copied for copied in copies if copied.columns and not has_hidden_values(copied.columns)]
    few = Few(Lines(archive, making, plain, heartbeat))
    with _blamed(snapshot, plain):
        snapshot.copy_json(_selected(plain), few.turn, most=FEW_ROWS + 1, meanwhile=making.step)
        few.end()
    for copied in [plain[place] for place in few.many] + [one for one in copies if has_hidden_values(one.columns)]:
        copied.alone = True
    for copied in copies:
        with named(copied):
            _copy_holding(archive, snapshot, making, subject, copied, heartbeat)
        if copied.count:
            heartbeat()
    making.finish()
    heartbeat()
    return copies


@per_language
def _reading_order(holding: type[Holding]) -> tuple[bool, int, bool]:
    """What the site made by itself comes last; then by kind of data, and of one kind what can be corrected first."""
    rules = [rule for _name, rule in holding.exported()]
    kinds = [KINDS_IN_ORDER.index(rule.category) for rule in rules]
    return holding.by_product, min(kinds, default=len(KINDS_IN_ORDER)), not any(rule.rectifiable for rule in rules)


def _selected(copies: Iterable[Copied]) -> list[Selected]:
    return [Selected(copied.columns, copied.source) for copied in copies]


@contextmanager
def _blamed(snapshot: Snapshot, copies: Sequence[Copied]) -> Iterator[None]:
    """An error of the database in a statement about all of these holdings gets the name of the one that it is about."""
    try:
        yield
    except DatabaseError as error:
        if (place := snapshot.failing(_selected(copies), error)) is not None:
            name_in(error, copies[place])
        raise


def _copy_holding(
    archive: Archive,
    snapshot: Snapshot,
    making: Making,
    subject: Subject,
    copied: Copied,
    heartbeat: Callable[[], None],
) -> None:
    """Write what is left to be written of one holding: its rows, or only the CSV of them, and its further files."""
    if not copied.columns:
        copied.count = snapshot.count(copied.source)
        return
    if copied.alone:
        lines = Lines(archive, making, [copied], heartbeat)
        snapshot.copy_json(_selected([copied]), lines.turn, meanwhile=making.step)
        lines.end()
    if not copied.count:
        return
    if has_hidden_values(copied.columns):
        copied.other_people = snapshot.other_people(copied.columns, copied.source)
        copied.left_out = snapshot.left_out(copied.columns, copied.source)
        making.turn_to(copied)
    with archive.member(copied.files["csv"]) as out:
        snapshot.copy_csv(copied.columns, copied.source, out.write, meanwhile=making.step)
    _copy_documents(archive, subject, copied)


def _copy_documents(archive: Archive, subject: Subject, copied: Copied) -> None:
    """Write the further files of a holding, unless something is left out of its rows, of which they tell too."""
    if copied.left_out:
        copied.withheld = list(copied.holding.documents)
        return
    for name, written in copied.holding.documents.items():
        with archive.member(name) as out:
            for part in written(subject):
                out.write(part)


def _asked(holding: type[Holding], about: PackageInfo, source: str) -> Copied:
    """A holding before it is copied, with the columns of this one copy where something is left out of it."""
    said = described(holding)
    return Copied(holding, said, columns=redacted(holding, said.columns, about.redactions), source=source)


def _copy_consents(archive: Archive, snapshot: Snapshot, copies: list[Copied]) -> None:
    """Gather preferences and consents in one file, whichever app holds them; an empty list says that there are none."""
    told = [copied for copied in copies if copied.count and _tells_of_consent(copied)]
    between = b""

    def turn(place: int) -> Take:
        head = b'{"holding":"%s","record":' % told[place].slug.encode()

        def take(lines: list[bytes]) -> None:
            nonlocal between
            out.write(between + b",\n".join([head + line + b"}" for line in lines]))
            between = b",\n"

        return take

    with archive.member("consent/consents.json") as out:
        out.write(b'{"consents":[')
        snapshot.copy_json([Selected(copied.columns, copied.source) for copied in told], turn)
        out.write(b"]}\n")


def _tells_of_consent(copied: Copied) -> bool:
    return any(column.rule.category == Category.PREFERENCES for column in copied.columns)


def _add(archive: Archive, page: Page) -> None:
    archive.add(page.name, page.content)
