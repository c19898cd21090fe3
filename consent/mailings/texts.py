"""What a promotional message may say: plain text in a few languages, with links to https alone; and how it is read."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.html import urlize
from django.utils.translation import gettext_lazy as _

from consent.links import Use
from privacy.mail.language import spoken

SUBJECT_LENGTH = 150
TEXT_LENGTH = 20_000
Texts = Mapping[str, Mapping[str, str]]

NOT_HTTPS = _("%(link)s becomes a link that is not safe. Write addresses in full, beginning with https://.")
ONE_PERSONS = _("%(link)s belongs to one person. Everybody gets their own links at the end of the message.")
UNSEEN = _("The text holds characters that are not seen. Type it, or paste it without formatting.")
_HREF = re.compile(r'href="([^"]*)"')
_ONE_PERSONS = tuple(f"/newsletter/{use}/" for use in Use)
# Everything that is not seen, but for what a text is made of: line breaks, and tabs, which become spaces.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


def tidied(text: str) -> str:
    """The text with one kind of line break, spaces for tabs, and nothing at the ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4).strip()


def links(text: str) -> list[str]:
    """The addresses that a mail program is led to: those that our frame of messages makes links of."""
    return [unescape(found) for found in _HREF.findall(urlize(text, nofollow=True, autoescape=True))]


def problems(text: str) -> Iterator[tuple[Any, dict[str, str]]]:
    """What is wrong with a text, as sentences and what they name."""
    if _UNSEEN.search(text):
        yield UNSEEN, {}
    for link in links(text):
        parts = urlsplit(link)
        if parts.scheme not in {"https", "mailto"}:
            yield NOT_HTTPS, {"link": link}
        elif any(part in parts.path for part in _ONE_PERSONS):
            yield ONE_PERSONS, {"link": link}


def language_of(texts: Texts, wanted: str) -> str:
    """The language in which somebody reads a message: their own if it is written in it, else ours."""
    language = spoken(wanted)
    return language if language in texts else settings.LANGUAGE_CODE


def hash_of(topic: str, texts: Texts) -> str:
    """SHA-256 of all that a message says: what is sent is what was looked at, and the audit tells which text it was."""
    said = json.dumps([topic, texts], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()
