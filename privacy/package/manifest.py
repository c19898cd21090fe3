"""The manifest: everything Art. 15(1) asks us to tell, with the hash of each member, in one document that we sign."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import get_language

from privacy.data_map.declarations import Word
from privacy.data_map.registry import registry
from privacy.package import statements
from privacy.package.archive import Entry
from privacy.package.contents import Copied
from privacy.package.redactions import Redaction, Why
from privacy.package.signing import canonical, sign
from privacy.vocabulary import Right

FORMAT = "occicor-package"
FORMAT_VERSION = "1.0"


@dataclass(frozen=True)
class NamedRecipient:
    """Somebody who gets data of these holdings (slugs) from us, by name (Art. 15(1)(c); CJEU C-154/21).

    `safeguard` says in words what protects data in their country (Art. 15(2)); "" where that is no question.
    """

    name: str
    what_for: str
    country: str
    slugs: frozenset[str]
    safeguard: str = ""


@dataclass(frozen=True)
class LeftOut:
    """Why a holding was left out of a copy: the reason with its article, and what staff wrote to the person."""

    reason: str
    text: str


@dataclass(frozen=True)
class PackageInfo:
    """What the package answers: the request's reference, right and receipt, and the language of its words.

    `authority` takes complaints where the person lives; None where that is not known.
    `recipients` are those of the register; a package names the ones that get something of what it holds. `left_out` are
    the holdings (slugs) that staff refused to copy, `redactions` what they left out value by value.
    """

    reference: str
    right: Right
    received_at: datetime
    language: str
    recipients: tuple[NamedRecipient, ...] = ()
    left_out: Mapping[str, LeftOut] = field(default_factory=dict)
    authority: statements.Authority | None = None
    redactions: tuple[Redaction, ...] = ()


def manifest(
    about: PackageInfo, copies: Iterable[Copied], members: Iterable[Entry], generated_at: datetime
) -> dict[str, Any]:
    """The manifest as JSON values, in the active language; it names no person and holds none of their values."""
    copies = list(copies)
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "reference": about.reference,
        "right": Right(about.right).value,
        "scope": statements.SCOPES[Right(about.right)].as_json(),
        "language": about.language,
        "received_at": about.received_at.isoformat(),
        "generated_at": generated_at.isoformat(),
        "controller": {
            "name": statements.CONTROLLER_NAME,
            "contact": statements.controller_contact(),
            "site": settings.SITE_URL,
        },
        "holdings": [_holding(copied) for copied in copies],
        "stores": stores(),
        "recipients": named_recipients(about, copies),
        "omissions": omissions(copies, about.left_out),
        "complaint": _complaint(about.authority or statements.LEAD_AUTHORITY),
        **_said_to_everybody(get_language()),
        "members": [{"name": entry.name, "size": entry.size, "sha256": entry.sha256} for entry in members],
    }


def _complaint(authority: statements.Authority) -> dict[str, Any]:
    """Where to complain: the authority of the person's place, ours, and the way to all others."""
    ours = statements.LEAD_AUTHORITY
    return {
        **statements.COMPLAINT.as_json(),
        "authority": str(authority.name),
        "country": authority.country,
        "url": authority.complaint_url,
        "our_authority": {"name": str(ours.name), "country": ours.country, "url": ours.complaint_url},
        "every_authority_url": statements.EVERY_AUTHORITY_URL,
    }


@lru_cache(maxsize=16)
def _said_to_everybody(_language: str | None) -> dict[str, Any]:
    """What the manifest says whoever it is for, in the active language, `_language`."""
    return {
        "rights": [right.as_json() for right in statements.RIGHTS],
        "transfers": statements.TRANSFERS.as_json(),
        "automated_decisions": {"made": False, **statements.AUTOMATED_DECISIONS.as_json()},
    }


def named_recipients(about: PackageInfo, copies: Iterable[Copied]) -> list[dict[str, Any]]:
    """Who gets this person's data from us, by name, and which of it: titles in the active language."""
    held = {copied.slug: copied.described.title for copied in copies if copied.count}
    return [
        {
            "name": found.name,
            "what_for": found.what_for,
            "country": found.country,
            "safeguard": found.safeguard,
            "holdings": sorted(found.slugs & set(held)),
            "titles": [held[slug] for slug in sorted(found.slugs & set(held))],
        }
        for found in about.recipients
        if found.slugs & set(held)
    ]


def signature_file(content: bytes) -> bytes:
    """`manifest.json.sig`: the detached signature over exactly these bytes, as JSON."""
    return canonical(sign(content).as_json())


def omissions(copies: Iterable[Copied], left_out: Mapping[str, LeftOut] | None = None) -> list[dict[str, Any]]:
    """What was left out and why; each reason once, with the fields or the number of values it covers."""
    copies = list(copies)
    found: list[dict[str, Any]] = [_refused(slug, why) for slug, why in (left_out or {}).items()]
    for word, why in ((Word.SECRET, statements.NOT_COPIED_SECRETS), (Word.SYSTEM, statements.NOT_COPIED_TECHNICAL)):
        held = [copied.described for copied in copies if copied.count]
        fields = {said.slug: said.left_out[word] for said in held if said.left_out[word]}
        if fields:
            found.append({**why.as_json(), "fields": fields})
    found += _values_left_out(copies)
    values = {copied.slug: copied.other_people for copied in copies if copied.other_people}
    if values:
        found.append({**statements.NOT_COPIED_OTHERS.as_json(), "values": values, "count": sum(values.values())})
    if registry.stores:
        found.append({**statements.NOT_COPIED_STORE.as_json(), "stores": sorted(registry.stores)})
    return found


def _values_left_out(copies: Iterable[Copied]) -> Iterator[dict[str, Any]]:
    """What staff left out value by value: each reason with their words once, and how many values it covers."""
    counted: dict[Why, dict[str, int]] = {}
    files: list[str] = []
    for copied in copies:
        files += copied.withheld
        for why, count in copied.left_out.items():
            counted.setdefault(why, {})[copied.slug] = count
    for why, values in counted.items():
        said = {**statements.LEFT_OUT.as_json(), "text": f"{capfirst(why.words)}. {why.text}", "reason": why.code}
        yield {**said, "values": values, "count": sum(values.values())}
    if files:
        yield {**statements.FILES_LEFT_OUT.as_json(), "files": files}


def values_by_reason(content: Mapping[str, Any]) -> dict[str, int]:
    """Of how many values a finished copy leaves something out, by the reason's word; read from its manifest."""
    counts: dict[str, int] = {}
    for found in content.get("omissions", ()):
        if found.get("code") == statements.LEFT_OUT.code:
            counts[found["reason"]] = counts.get(found["reason"], 0) + found["count"]
    return counts


def _refused(slug: str, why: LeftOut) -> dict[str, Any]:
    """A part that staff refused, as an omission with the words that were written for the person."""
    holding = registry.holding_named(slug)
    title = str(holding.title) if holding is not None else slug
    return {"code": "refused", "article": "12(4)", "title": title, "text": f"{why.reason}. {why.text}", "holding": slug}


def stores() -> list[dict[str, str]]:
    """The places outside the database, with what each is for."""
    found = sorted(registry.stores.items())
    return [{"name": name, "title": str(store.title), "because": str(store.because)} for name, store in found]


def _holding(copied: Copied) -> dict[str, Any]:
    said = copied.described
    return {
        "slug": said.slug,
        "title": said.title,
        "description": said.paragraphs,
        "count": copied.count,
        "other_people": copied.other_people,
        "purposes": said.purposes,
        "basis": said.basis,
        "source": said.source,
        "recipients": said.recipients,
        "retention": said.retention,
        "categories": said.categories,
        "kept_on_erasure": said.kept_fields,
        "files": sorted(copied.files.values()),
        "fields": [
            {
                "name": column.name,
                "label": column.label,
                "category": column.rule.category,
                "provided_by_you": column.rule.provided,
            }
            for column in said.columns
        ],
    }
