"""Makes a picture anew from its bare pixels, so that nothing else of the file is left (runs in the process apart)."""

import warnings
from io import BytesIO

from PIL import Image, ImageColor, ImagePalette, MpoImagePlugin, TiffImagePlugin

from privacy.uploads.kinds import Kind
from privacy.uploads.limits import Limits
from privacy.uploads.refusals import Refusal, Refused

JPEG_QUALITY = 88
_ORIENTATION = 0x0112
# How a picture must be turned so that it is upright without its note (Exif 2.32, 4.6.4 A).
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Pillow loads these when a picture needs them; by then the process can open no file any more.
Image.preinit()
PRELOADED = (ImageColor, ImagePalette, MpoImagePlugin, TiffImagePlugin)


def decoded(content: bytes, kind: Kind, limits: Limits) -> Image.Image:
    """The picture, upright, on white, at most as large as we keep it; of several pictures in one file the first.

    Raises Refused when it has too many pixels (before they are decoded) or cannot be read to its end.
    """
    Image.MAX_IMAGE_PIXELS = limits.pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=[kind.name]) as source:
                return _decoded(source, limits)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(Refusal.TOO_MANY_PIXELS) from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise Refused(Refusal.BROKEN) from error


def encoded(picture: Image.Image) -> bytes:
    """The picture as a JPEG of its pixels and nothing else."""
    sink = BytesIO()
    picture.save(sink, format="JPEG", quality=JPEG_QUALITY)
    return sink.getvalue()


def _decoded(source: Image.Image, limits: Limits) -> Image.Image:
    side = (limits.longest_side, limits.longest_side)
    source.draft("RGB", side)  # a large JPEG is read at a half, a quarter or an eighth of its size
    source.load()
    turn = _TURNS.get(_orientation(source))
    layer = _in_colours(source)
    layer.thumbnail(side)
    # A new picture takes the pixels alone: notes, comments and colour profiles hang on the old one.
    fresh = Image.new("RGB", layer.size, "white")
    fresh.paste(layer, mask=layer if layer.mode == "RGBA" else None)
    return fresh if turn is None else fresh.transpose(turn)


def _in_colours(source: Image.Image) -> Image.Image:
    if source.mode.startswith("I"):  # 16 bits a pixel, which Pillow would cut off instead of scaling
        return source.point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    see_through = "transparency" in source.info or source.mode in {"LA", "PA", "RGBA"}
    wanted = "RGBA" if see_through else "RGB"
    return source if source.mode == wanted else source.convert(wanted)


def _orientation(source: Image.Image) -> int:
    try:
        return int(source.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - a stranger's note; where it cannot be read the picture is taken as it lies
        return 1
