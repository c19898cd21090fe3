"""How large a file may be and how much work it may cost; read by the site and by the process that opens files."""

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Limits:
    """What one file may be and cost. A photo of a phone and a letter of several pages stay well below."""

    # As it arrives.
    file_bytes: int = 10 * MEGABYTE
    # Of a picture, before anything of it is decoded.
    pixels: int = 60 * MEGABYTE
    pages: int = 20
    # As it is kept: what is larger is made smaller, and stays readable.
    longest_side: int = 3000
    page_dots_per_inch: int = 150
    output_bytes: int = 32 * MEGABYTE
    # Of the process that opens the file: address space, processor time, and time by the clock.
    memory_bytes: int = 1024 * MEGABYTE
    cpu_seconds: int = 20
    seconds: int = 40


DEFAULT = Limits()
