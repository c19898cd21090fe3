"""How the question looked: pictures that a real browser took, kept beside the version that they show (Art. 7(1))."""

import re
from hashlib import sha256
from pathlib import Path

from django.db import transaction
from django.db.models import Max

from consent.models import NoticePicture, NoticeVersion
from privacy import audit
from privacy.actors import Actor

NAME = re.compile(r"(?P<version>[0-9a-f]{16})-(?P<width>\d{2,5})-(?P<theme>light|dark)\.png")
PNG = b"\x89PNG\r\n\x1a\n"
MOST_BYTES = 2_000_000


class UnfitPicture(ValueError):
    """A file that is no picture of a version of the question: nothing of the folder was kept."""


def name_of(sha256_of_notice: str, width: int, theme: str) -> str:
    """The name of a picture's file: the version by the beginning of its hash, the width in pixels, the theme."""
    return f"{sha256_of_notice[:16]}-{width}-{theme}.png"


@transaction.atomic
def keep(*, actor: Actor, folder: Path) -> int:
    """Keep every picture of a folder beside the version that its name names; returns how many are new.

    Atomic and idempotent: the first picture of a version, width and theme stays. Raises UnfitPicture for a file that is
    no PNG of that width or names no version, and then keeps none.
    """
    new = 0
    for path in sorted(folder.glob("*.png")):
        named = NAME.fullmatch(path.name)
        version = NoticeVersion.objects.filter(sha256__startswith=named["version"]).first() if named else None
        if named is None or version is None:
            raise UnfitPicture(f"{path.name} names no version of the question")
        png = _read(path, int(named["width"]))
        facts = {"png": png, "sha256": sha256(png).hexdigest()}
        width, theme = int(named["width"]), named["theme"]
        _row, is_new = NoticePicture.objects.get_or_create(notice=version, width=width, theme=theme, defaults=facts)
        new += is_new
    if new:
        audit.record(event="notice.pictured", actor=actor, data={"pictures": new})
    return new


def not_pictured() -> int:
    """The number of the newest version of which no picture is kept in some language; 0 where none is missing."""
    newest = NoticeVersion.objects.aggregate(number=Max("number"))["number"] or 0
    lacks = NoticeVersion.objects.filter(number=newest, noticepicture__isnull=True).exists()
    return newest if lacks else 0


def _read(path: Path, width: int) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        raise UnfitPicture(f"{path.name} has more than {MOST_BYTES:,} bytes")
    png = path.read_bytes()
    if not png.startswith(PNG) or int.from_bytes(png[16:20]) != width:
        raise UnfitPicture(f"{path.name} is no PNG that is {width} pixels wide")
    return png
