"""Takes the effect out of characters that turn the direction of what stands beside them, and leaves them to be seen."""

# Embeddings, overrides and isolates: nobody's name or sentence needs one to be read, and each can make a text read as
# another. The two joiners and the plain marks, which Arabic and Hebrew are typed with, are left alone.
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_SEEN = {ord(mark): f"[U+{ord(mark):04X}]" for mark in TURNING}


def inert(text: str) -> str:
    """The text with each such character written out ("[U+202E]"), so that it is seen and does nothing."""
    return text.translate(_SEEN)
