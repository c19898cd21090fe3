"""What the question about cookies weighs on a page, beside four other ones, and which files it asks for."""

import base64
import gzip
import hashlib
import http.client
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from django.conf import settings

from benchmarks.figure import Figure, missing
from benchmarks.site import running_site
from consent import catalogue, notices
from consent.models import NoticeVersion, Party, Purpose
from occicor.embedded.ports import HOST
from privacy.actors import SYSTEM

KILOBYTE = 1024
MOST_SCRIPT, MOST_STYLE, MOST_BANNER = 2.5, 1.5, 2.0
THIRD = 0.33
PAGE = "about/"
BANNER = re.compile(r'<section class="consent".*?</section>', re.DOTALL)
FILE = re.compile(r'<(?:script|link|img)\b[^>]*?\b(?:src|href)="([^"]+\.(?:js|css|woff2|svg|png))"')
NO_NPM = "npm is missing, so nothing of others was weighed: install it (Debian: npm)"


@dataclass(frozen=True)
class Peer:
    """Another question of this kind, as npm has it: its archive's hash, and the files that a page loads."""

    name: str
    version: str
    integrity: str
    scripts: tuple[str, ...]
    styles: tuple[str, ...]


PEERS = (
    Peer(
        "orejime",
        "3.2.1",
        "sha512-jAEjX6Rzn8W6D+vkoFhJUXECzpLtGUXQJ9yj9PhEkDo/7ZeK2uGjAfXxdQRI4IWPvIL+jVPxgm5Dsi5Rv+8qMw==",
        ("dist/orejime-standard-fr.js",),
        ("dist/orejime-standard.css",),
    ),
    Peer(
        "vanilla-cookieconsent",
        "3.1.0",
        "sha512-/McNRtm/3IXzb9dhqMIcbquoU45SzbN2VB+To4jxEPqMmp7uVniP6BhGLjU8MC7ZCDsNQVOp27fhQTM/ruIXAA==",
        ("dist/cookieconsent.umd.js",),
        ("dist/cookieconsent.css",),
    ),
    Peer(
        "tarteaucitronjs",
        "1.34.0",
        "sha512-PEzKEjOLC06zCWSZB1RuQkSlzbDYXSKohv0XD7BMjgfE/M+LhiWLTdNAj47VW9xcVsuQCSvLpR/gqkripHaU6g==",
        ("tarteaucitron.min.js", "tarteaucitron.services.min.js", "lang/tarteaucitron.fr.min.js"),
        ("css/tarteaucitron.min.css",),
    ),
    Peer(
        "klaro",
        "0.7.22",
        "sha512-NkaFxS4S8160/zH1UQzCSYIIsAtwIDHIkJ7xofCrgRqk14OSY+OJuwCjYyW+q5fmIeF4RvsuBH6brPe2BS9Z0A==",
        ("dist/klaro-no-css.js",),
        ("dist/klaro.min.css",),
    ),
)


class NotWeighed(Exception):
    """Why others could not be weighed, in a sentence."""


def figures(quick: bool) -> Iterator[Figure]:
    """Ours by the part, as `gzip -9` leaves it; then the files of a page; then all of it beside the others.

    Theirs draw the question by script, so what the question adds to our page is put on our side.
    """
    del quick  # it is quick
    static = settings.BASE_DIR / "static"
    script, style = (_kilobytes((static / name).read_bytes()) for name in ("js/consent.js", "css/consent.css"))
    yield Figure("script of the question about cookies", script, MOST_SCRIPT, unit="KB", note="gzip -9")
    yield Figure("its style, with that of its pages", style, MOST_STYLE, unit="KB", note="gzip -9")
    banner, while_asked, once_answered = _pages()
    note = "gzip -9, three purposes, heaviest language"
    yield Figure("the question itself in the page", banner, MOST_BANNER, unit="KB", note=note)
    yield Figure("files more while it is asked", while_asked, 1, unit="files", note="its script")
    yield Figure("files more once it is answered", once_answered, 0, unit="files")
    try:
        yield from _beside(script + style + banner)
    except NotWeighed as why:
        yield missing("all of it beside the lightest of four others", str(why))


def _pages() -> tuple[float, int, int]:
    """The weight of the question in its heaviest language, and how many files more a page loads with it and after it.

    Compared with the page of a site that asks nothing: so nothing may be published yet.
    """
    with TemporaryDirectory() as folder:
        with running_site(Path(folder), f"/{PAGE}") as port:
            plain = _files(_page(port)[1])
        catalogue.sync()
        for code in ("ads", "social"):
            Purpose.objects.get(group__varname=code).recipients.add(Party.objects.create(name=f"Partner for {code}"))
        notices.publish(actor=SYSTEM, material=True, changes={})
        with running_site(Path(folder), f"/{PAGE}") as port:
            banners = [BANNER.search(_page(port, language)[1]) for language, _name in settings.LANGUAGES]
            undecided = _files(_page(port)[1])
            decided = _files(_page(port, cookies=_refused(port))[1])
    heaviest = max(_kilobytes(found[0].encode()) if found else 0.0 for found in banners)
    if not heaviest or undecided == plain:
        raise RuntimeError("the question was not on the page: its weight says nothing")
    return heaviest, len(undecided - plain), len(decided - plain)


def _beside(ours: float) -> Iterator[Figure]:
    if not shutil.which("npm"):
        raise NotWeighed(NO_NPM)
    with TemporaryDirectory() as folder:
        weights = {peer: _weight(peer, Path(folder)) for peer in PEERS}
    lightest = min(sum(weight.values()) for weight in weights.values())
    note = "; ".join(_in_words(peer, weight) for peer, weight in weights.items())
    yield Figure("all of it beside the lightest of four others", ours, THIRD, unit="KB", limit=lightest, note=note)


def _in_words(peer: Peer, weight: Mapping[str, float]) -> str:
    parts = " + ".join(f"{part:.1f}" for part in weight.values())
    return f"{peer.name} {peer.version}: {parts} KB, {len(peer.scripts) + len(peer.styles)} files"


def _weight(peer: Peer, folder: Path) -> dict[str, float]:
    """Script and style of another question; its archive is loaded by npm and believed by its hash alone."""
    command = ["npm", "pack", "--ignore-scripts", f"{peer.name}@{peer.version}"]
    quiet = os.environ | {"npm_config_update_notifier": "false", "npm_config_loglevel": "error"}
    done = subprocess.run(command, cwd=folder, env=quiet, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotWeighed(f"npm did not load {peer.name}: {' '.join(done.stderr.split())[-200:]}")
    archive = folder / f"{peer.name}-{peer.version}.tgz"
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if f"sha512-{found}" != peer.integrity:
        raise NotWeighed(f"{peer.name} {peer.version} is not the archive that was weighed before")
    with tarfile.open(archive) as packed:
        return {
            kind: sum(_kilobytes(_read(packed, name)) for name in names)
            for kind, names in (("script", peer.scripts), ("style", peer.styles))
        }


def _read(packed: tarfile.TarFile, name: str) -> bytes:
    member = packed.extractfile(f"package/{name}")
    if member is None:
        raise NotWeighed(f"{name} is no file")
    return member.read()


def _kilobytes(content: bytes) -> float:
    return len(gzip.compress(content, 9, mtime=0)) / KILOBYTE


def _page(port: int, language: str = settings.LANGUAGE_CODE, cookies: str = "") -> tuple[str, str]:
    """The page in a language, for a browser that keeps these cookies; the cookies that it sets, and its text."""
    prefix = "" if language == settings.LANGUAGE_CODE else f"{language}/"
    return _asked(port, "GET", f"/{prefix}{PAGE}", {"Cookie": cookies} if cookies else {})


def _refused(port: int) -> str:
    """What a browser keeps after “Refuse all”."""
    fields = {"notice": NoticeVersion.objects.latest("number").number, "act": "refuse_all", "next": f"/{PAGE}"}
    headers = {"Origin": f"http://{HOST}:{port}", "Content-Type": "application/x-www-form-urlencoded"}
    return _asked(port, "POST", "/consent/", headers, urlencode(fields))[0]


def _asked(port: int, method: str, path: str, headers: dict[str, str], body: str | None = None) -> tuple[str, str]:
    asking = http.client.HTTPConnection(HOST, port, timeout=30)
    asking.request(method, path, body, headers)
    answer = asking.getresponse()
    text = answer.read().decode()
    kept = "; ".join(one.partition(";")[0] for one in answer.headers.get_all("Set-Cookie", []))
    asking.close()
    if answer.status not in {http.client.OK, http.client.SEE_OTHER}:
        raise RuntimeError(f"{path} was answered with {answer.status}")
    return kept, text


def _files(page: str) -> set[str]:
    """Everything that a page has a browser load."""
    return set(FILE.findall(page))
