"""Writes a line of text across a picture, again and again, so that a copy tells where it came from (runs apart)."""

import math

from PIL import Image, ImageDraw, ImageFont

ANGLE = 30
SMALLEST_TEXT = 14
# The letters' height as a share of the picture's longest side; lines stand so many letter heights apart.
TEXT_SHARE = 1 / 45
LINE_DISTANCE = 5
GAP = "     "
# Of 255: readable on light and dark, and the picture under it stays readable too.
OUTLINE_STRENGTH, LETTER_STRENGTH = 120, 130
LIGHT, DARK = (255, 255, 255), (150, 20, 20)


def marked(picture: Image.Image, text: str) -> Image.Image:
    """The picture with the text across all of it: no part worth having can be cut out without a piece of it."""
    height = max(SMALLEST_TEXT, round(max(picture.size) * TEXT_SHARE))
    result = picture.copy()
    result.paste(LIGHT, mask=_lines(picture.size, text, height, OUTLINE_STRENGTH, outline=max(1, height // 12)))
    result.paste(DARK, mask=_lines(picture.size, text, height, LETTER_STRENGTH, outline=0))
    return result


def _lines(size: tuple[int, int], text: str, height: int, strength: int, outline: int) -> Image.Image:
    """A mask of slanted lines of the text, shifted from line to line."""
    side = math.ceil(math.hypot(*size))
    font = ImageFont.load_default(height)
    width = max(1, math.ceil(font.getlength(text + GAP)))
    line = (text + GAP) * (side // width + 2)
    sheet = Image.new("L", (side, side))
    drawing = ImageDraw.Draw(sheet)
    for number, top in enumerate(range(0, side, height * LINE_DISTANCE)):
        left = -(number % 3) * width / 3
        drawing.text((left, top), line, fill=strength, font=font, stroke_width=outline)
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    slanted = sheet.rotate(ANGLE, resample=Image.Resampling.BILINEAR)
    return slanted.crop((left, top, left + size[0], top + size[1]))
