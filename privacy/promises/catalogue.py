"""The promises by their stable ids: each in short, and what keeps it; page and docs say the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Promise:
    """One promise: its id in the policy, what it says in short, and what keeps it."""

    id: str
    short: Any
    kept_by: Any


_TOLD = (
    Promise(
        "P0.1",
        _("a platform, a site and an app for manufacturers and retailers"),
        _("the site that explains them, the Customers and their people, the door for apps"),
    ),
    Promise(
        "P0.2",
        _("collected fairly, with the reason told"),
        _("a purpose and a legal basis for every field, and the reason beside every question"),
    ),
    Promise(
        "P0.3",
        _("nothing shared save by law"),
        _("a strict policy sent with every page, and one door for whatever leaves"),
    ),
    Promise(
        "P1.1",
        _("technical data collected automatically is told"),
        _("one list of every cookie, and a wall that lets no other out"),
    ),
    Promise("P1.2", _("what you give us: profile, sign-in"), _("accounts with hashed passwords, all in the data map")),
    Promise("P1.3", _("what Customers give us about you"), _("enrolment that tells the person who gave what")),
    Promise(
        "P1.4",
        _("location only against fraud"),
        _("the country of a sign-in from a table of our own, with a shortened address, for a year"),
    ),
)
_PURPOSES = (
    Promise("P2.1", _("used to provide our services"), _("the closed list of purposes, and the gate before each use")),
    Promise("P2.2", _("used to know who signs in"), _("the closed list of purposes, and sessions that end")),
    Promise("P2.3", _("used to help you"), _("the closed list of purposes, and messages that staff answer on record")),
    Promise(
        "P2.4",
        _("used for messages; for promotion only with your consent"),
        _("a gate before each message, subscriptions with proof, one click to end them"),
    ),
    Promise(
        "P2.5", _("used to improve our services"), _("the closed list of purposes, and counts without anybody in them")
    ),
    Promise(
        "P2.6",
        _("used for security and against fraud"),
        _("the closed list of purposes, limits on attempts, and sign-ins on record"),
    ),
    Promise("P2.7", _("used for legal duties"), _("the closed list of purposes, and an audit that nobody can change")),
    Promise(
        "P3.1",
        _("how long depends on who you are"),
        _("a rule of retention for every holding, and chores that delete what is over"),
    ),
    Promise(
        "P3.2",
        _("other countries are named"),
        _("each recipient with its country and safeguard, in the policy and in every answer"),
    ),
)
_SAFE = (
    Promise(
        "P4.1",
        _("security: policy, rules, technical measures"),
        _("second steps for staff, a sealed audit, encrypted files"),
    ),
    Promise(
        "P6.1", _("security: encryption as appropriate"), _("second steps for staff, a sealed audit, encrypted files")
    ),
)
_RIGHTS = (
    Promise("P5.1", _("access"), _("a package from request to download within its term")),
    Promise("P5.2", _("rectification"), _("a decision on each value, through the door of the app that holds it")),
    Promise(
        "P5.3", _("erasure"), _("two people, a search for what is left, a receipt, and a ledger outside the database")
    ),
    Promise("P5.4", _("restriction"), _("a gate before each use, and notice before it ends")),
    Promise("P5.5", _("minors"), _("a fast lane: use stops at once, and two people look")),
    Promise("P5.6", _("portability"), _("what the person provided, to themselves or to whom they name")),
)
_OTHERS = (
    Promise(
        "P7.1",
        _("links lead to other sites"),
        _("one mark for every such link, and no word about where the reader came from"),
    ),
    Promise(
        "P7.2",
        _("proof of identity, no more than needed"),
        _("a ladder whose last step is a document, destroyed at the decision"),
    ),
    Promise(
        "P7.3",
        _("complaint to the authority"),
        _("the authority of the person’s place in every answer, and a second look at refusals"),
    ),
    Promise(
        "P7.4",
        _("recipients are told of erasure, correction, restriction"),
        _("a register of recipients, each told and followed until it answers"),
    ),
    Promise(
        "P8.1",
        _("other users see data when the person authorises it"),
        _("cards with an end, looked at on record, ended at once"),
    ),
    Promise(
        "P8.2",
        _("disclosure in a merger, to advisers and insurers, and when law requires"),
        _("a disclosure on record, with its power, that the person sees"),
    ),
    Promise(
        "P9.1",
        _("not for people under 18"),
        _("a question whose answer is not kept, and a report that anyone can make"),
    ),
    Promise(
        "P10.1",
        _("changes of the policy are told"),
        _("versions that nobody can change, and no start over another text"),
    ),
)
_COOKIES = (
    Promise(
        "P11.1", _("cookies ease browsing"), _("nothing kept before a choice or a press, and proof of each choice")
    ),
    Promise("P11.2", _("cookies make statistics"), _("counts without anybody in them, and visits only of who agreed")),
    Promise(
        "P11.3",
        _("third-party cookies: purposes told, means to choose given"),
        _("a catalogue by purpose and party, a choice for each purpose, and its proof"),
    ),
    Promise(
        "P11.4",
        _("share buttons and things of other sites"),
        _("plain links, and a facade until the reader wants more"),
    ),
)
PROMISES = (*_TOLD, *_PURPOSES, *_SAFE, *_RIGHTS, *_OTHERS, *_COOKIES)
IDS = tuple(promise.id for promise in PROMISES)


def spread(words: str) -> Iterator[str]:
    """The ids that are meant by "P5.1", by "P4.1, P6.1", or by a range such as "P2.1-P2.7"."""
    for part in words.replace("–", "-").split(","):
        first, _dash, last = part.strip().partition("-")
        chapter, _dot, number = first.partition(".")
        until = last.partition(".")[2] or number
        if not (number.isdecimal() and until.isdecimal()):
            yield part.strip()
            continue
        yield from (f"{chapter}.{found}" for found in range(int(number), int(until) + 1))
