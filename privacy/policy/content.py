"""What the policy would say if it were published now: texts and tables in each language, with their hashes."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from privacy.data_map.registry import Registry
from privacy.data_map.registry import registry as data_map
from privacy.mail.address import contact_address
from privacy.package import signing
from privacy.package.statements import CONTROLLER_NAME, LEAD_AUTHORITY
from privacy.policy.clauses import CLAUSES, LANGUAGES, Clause
from privacy.policy.comparing import blocks
from privacy.policy.register import Register
from privacy.policy.register import register as site_register
from privacy.policy.tables import tables

# A clause's file: its heading, its sentence in short, then the text.
_PARTS = re.compile(r"\s*<h2>(.+?)</h2>\s*<p data-summary>(.+?)</p>\s*(.+?)\s*", re.DOTALL)
_BREAKABLE = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True)
class Content:
    """The policy in one language: clauses and tables as a version keeps them."""

    clauses: list[dict[str, Any]]
    tables: dict[str, dict[str, Any]]

    @property
    def hash(self) -> str:
        """SHA-256 over the canonical JSON of all it says."""
        return hashlib.sha256(signing.canonical({"clauses": self.clauses, "tables": self.tables})).hexdigest()


def contents(*, declared: Registry = data_map, register: Register = site_register) -> dict[str, Content]:
    """What the policy says now, by language."""
    return {language: content(language, declared=declared, register=register) for language in LANGUAGES}


def content(language: str, *, declared: Registry = data_map, register: Register = site_register) -> Content:
    """What the policy says now in one language."""
    with translation.override(language):
        facts = {**_settled(), **{name: find() for name, find in register.facts.items()}}
        clauses = [_clause(clause, language, facts) for clause in CLAUSES]
        made = {name: table.as_json() for name, table in tables(declared=declared, register=register).items()}
    return Content(clauses, made)


def paragraphs(clause_id: str, language: str) -> list[str]:
    """What one clause says in a language, as plain paragraphs; raises StopIteration for a clause that is none."""
    clause = next(one for one in CLAUSES if one.id == clause_id)
    with translation.override(language):
        made = _clause(clause, language, _settled())
    return [made["summary"], *blocks(made["body"])]


def whole_hash(hashes: Mapping[str, str]) -> str:
    """The hash of a version: over the hashes of its languages."""
    return hashlib.sha256(signing.canonical(dict(hashes))).hexdigest()


def _clause(clause: Clause, language: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    rendered = render_to_string(f"policy/{language}/{clause.id}.html", dict(facts))
    found = _PARTS.fullmatch(rendered)
    if not found:
        raise ValueError(f"policy/{language}/{clause.id}.html needs a heading, a summary and a text")
    title, summary, body = (_one_space(part) for part in found.groups())
    return {
        "id": clause.id,
        "title": unescape(title),
        "summary": unescape(summary),
        "body": body,
        "promises": list(clause.promises),
        "tables": list(clause.tables),
        "addition": clause.addition,
        "articles": clause.articles,
    }


def _one_space(text: str) -> str:
    """The same words on one line: where a template breaks its lines is no change. Spaces that do not break stay."""
    return _BREAKABLE.sub(" ", text).strip()


def _settled() -> dict[str, Any]:
    """What the settings and this floor know."""
    return {
        "controller": CONTROLLER_NAME,
        "contact": contact_address(),
        "authority": LEAD_AUTHORITY.name,
        "package_days": settings.PACKAGE_LIFETIME_DAYS,
        "cooling_off_hours": settings.ERASURE_COOLING_OFF_HOURS,
        "appeal_days": settings.APPEAL_DAYS,
        "backup_days": settings.BACKUP_DAYS,
        "evidence_days": settings.EVIDENCE_DAYS,
        "adult_hours": settings.ADULT_MAY_SAY_SO_HOURS,
    }
