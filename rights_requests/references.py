"""References that a person can read aloud: OC-7F3K-92QM, without letters and digits that sound or look alike."""

import secrets

# No 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V: 23 signs, eight of them give 7.8 × 10¹⁰ references; nothing is guessed from one.
ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
PREFIX = "OC"
_GROUP = 4
_GROUPS = 2


def new_reference() -> str:
    """A random reference; the caller tries again in the rare case that it is taken."""
    groups = ("".join(secrets.choice(ALPHABET) for _sign in range(_GROUP)) for _group in range(_GROUPS))
    return "-".join((PREFIX, *groups))


def normalised(typed: str) -> str:
    """A reference as typed or heard, in the form we keep: any case, spaces or hyphens anywhere, prefix or not."""
    signs = "".join(sign for sign in typed.upper() if sign.isalnum())
    body = signs.removeprefix(PREFIX) if len(signs) == len(PREFIX) + _GROUP * _GROUPS else signs
    if len(body) != _GROUP * _GROUPS:
        return typed.strip().upper()[:16]
    return "-".join((PREFIX, *(body[start : start + _GROUP] for start in range(0, len(body), _GROUP))))


def begins(typed: str) -> str:
    """How a reference begins of which this is the beginning, prefix or not; as typed where none of ours begins so."""
    signs = "".join(sign for sign in typed.upper() if sign.isalnum())
    body = signs.removeprefix(PREFIX)
    if not body or len(body) > _GROUP * _GROUPS or not set(body) <= set(ALPHABET):
        return typed.strip().upper()[:16]
    return "-".join((PREFIX, *(body[start : start + _GROUP] for start in range(0, len(body), _GROUP))))
