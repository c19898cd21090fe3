"""Compiles the catalogues of locale/ into what Django reads: `python -m occicor.languages`; needs no settings."""

import os
import re
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

# No line may end at the space that French sets before these marks and inside quotation marks.
FRENCH_SPACES = ((re.compile(r" (?=[;?!])"), "\u202f"), (re.compile(r" (?=[:»])|(?<=«) "), "\u00a0"))
FOLDER = Path(__file__).resolve().parent.parent / "locale"


def compiled(catalogue: Path) -> Path:
    """Where the compiled form of a catalogue lies: beside it."""
    return catalogue.with_suffix(".mo")


def stale(folder: Path = FOLDER) -> list[Path]:
    """The catalogues that were never compiled, or were changed since."""
    return [one for one in sorted(folder.glob("*/LC_MESSAGES/*.po")) if _older(compiled(one), one)]


def compile_catalogue(catalogue: Path) -> None:
    """Compile one catalogue; readers meet the old file or the new one, never half of it. Doubtful entries stay out."""
    with catalogue.open("rb") as file:
        found = read_po(file, locale=catalogue.parent.parent.name, abort_invalid=True)
    if str(found.locale) == "fr":
        for message in found:
            if message.id:
                said = message.string
                message.string = in_french(said) if isinstance(said, str) else tuple(map(in_french, said or ()))
    part = catalogue.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as file:
        write_mo(file, found)
    part.replace(compiled(catalogue))


def in_french(text: str) -> str:
    """A French text whose marks never begin a line, whichever spaces were typed before them."""
    for place, space in FRENCH_SPACES:
        text = place.sub(space, text)
    return text


def main() -> int:
    """Compile what is stale; the exit status."""
    for catalogue in stale():
        compile_catalogue(catalogue)
    return 0


def _older(made: Path, source: Path) -> bool:
    return not made.exists() or made.stat().st_mtime_ns < source.stat().st_mtime_ns


if __name__ == "__main__":
    sys.exit(main())
