"""Reads what mail servers send back (RFC 3464), as a stranger's letter: bounded, and nothing of its words is kept.

Which copy it is about says our signed token, in the address to which it came or in the headers that it returns. All
else is one of three words. So a forged notice ends nobody's subscription, and one with strange content does nothing.
"""

from collections.abc import Iterator
from email import message_from_bytes, message_from_string
from email.message import Message
from typing import Any
from uuid import UUID

from consent.mailings.copies import Return, came_back
from consent.mailings.tokens import named_in
from privacy.mail.refusals import no_such_address

# The report and the headers of a message of ours stand at the front of far less.
MOST_BYTES = 256 * 1024
MOST_OF_A_LINE = 1000
ADDRESSED = ("To", "Delivered-To", "X-Original-To", "In-Reply-To", "References")
RETURNED = ("Message-ID", "Return-Path")


def record(raw: bytes) -> Return | None:
    """Write down what a notice says about one of our copies; None when it is none, or is written down already.

    Never raises for what it says, however it is made.
    """
    try:
        found = read(raw[:MOST_BYTES])
    except Exception:  # noqa: BLE001 - a letter from anybody: whatever the parser stumbles over, it is no notice
        return None
    if found is None:
        return None
    copy_id, what = found
    return what if came_back(copy_id, what) else None


def read(raw: bytes) -> tuple[UUID, Return] | None:
    """The delivery and what became of it; None for any other letter."""
    letter = message_from_bytes(raw)
    if letter.get_content_type() != "multipart/report" or not letter.is_multipart():
        return None
    parts = _messages(letter)
    reports = [
        block for part in parts if part.get_content_type() == "message/delivery-status" for block in _messages(part)
    ]
    what = _what(reports)
    copy_id = next(_named(letter, parts), None)
    return (copy_id, what) if copy_id and what else None


def _what(reports: list[Message]) -> Return | None:
    actions = {_line(block, "Action").partition(" ")[0].lower() for block in reports}
    if "failed" in actions:
        dead = any(no_such_address(_line(block, "Status")) for block in reports)
        return Return.NO_SUCH_ADDRESS if dead else Return.REFUSED
    return Return.DELAYED if "delayed" in actions else None


def _named(letter: Message, parts: list[Message]) -> Iterator[UUID]:
    lines = [_line(letter, name) for name in ADDRESSED]
    for part in parts:
        lines += [_line(headers, name) for headers in _returned(part) for name in RETURNED]
    for line in lines:
        yield from named_in(line)


def _returned(part: Message) -> list[Message]:
    """The headers of the message that came back: with the message, or alone."""
    if part.get_content_type() == "text/rfc822-headers":
        return [message_from_string(str(part.get_payload()))]
    return _messages(part) if part.get_content_type() in {"message/rfc822", "message/rfc822-headers"} else []


def _messages(whole: Message) -> list[Message]:
    payload: Any = whole.get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def _line(headers: Message, name: str) -> str:
    return " ".join(str(headers.get(name, "")).split())[:MOST_OF_A_LINE]
