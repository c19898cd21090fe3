"""Where digests and wrapped secrets stand: each part of the site says so of its own columns (ADR 0062)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import models

# How columns of digests are called in this house; what is called so and is not registered stops the start.
NAMED_SO = re.compile(r"digest|shown_to|token_hash")
DIGEST_LENGTH = 64


@dataclass(frozen=True)
class Digests:
    """The columns of a model with keyed digests.

    `asked` says that rows are looked for by digests that stand in other rows: these come under a new key first.
    `stays` says why they stay under the key with which they were written, and how long that is.
    """

    label: str
    fields: tuple[str, ...]
    asked: bool = False
    stays: str = ""

    @property
    def model(self) -> type[models.Model]:
        """The model class; raises LookupError if it is not installed."""
        return apps.get_model(self.label)


# What of a row changes so that everything wrapped in it is wrapped by the key of today; nothing where it is already.
# Raises privacy.package.seal.SealBroken for what none of our keys opens.
Rewrap = Callable[[Any], Mapping[str, Any]]


@dataclass(frozen=True)
class Wrapped:
    """A model in whose rows something is wrapped by settings.PACKAGE_KEK: which rows, and how one is wrapped anew."""

    label: str
    rewrap: Rewrap
    rows: models.Q

    @property
    def model(self) -> type[models.Model]:
        """The model class; raises LookupError if it is not installed."""
        return apps.get_model(self.label)


_digests: dict[str, Digests] = {}
_wrapped: dict[str, Wrapped] = {}
_plain: set[tuple[str, str]] = set()


def digests_in(label: str, *fields: str, asked: bool = False, stays: str = "") -> None:
    """Say that these columns hold keyed digests; raises ImproperlyConfigured where that was said before."""
    if label in _digests:
        raise ImproperlyConfigured(f"{label} says twice where its digests stand")
    _digests[label] = Digests(label, fields, asked, stays)


def plain_hashes_in(label: str, *fields: str) -> None:
    """Say that these columns are called like digests and are hashes without a key."""
    _plain.update((label.lower(), name) for name in fields)


def wrapped_in(label: str, rewrap: Rewrap, *, rows: models.Q) -> None:
    """Say how what is wrapped in rows of a model is wrapped anew; raises ImproperlyConfigured where that was said."""
    if label in _wrapped:
        raise ImproperlyConfigured(f"{label} says twice how it is wrapped anew")
    _wrapped[label] = Wrapped(label, rewrap, rows)


def digest_columns() -> list[Digests]:
    """All of them, those first by which others are looked for."""
    return sorted(_digests.values(), key=lambda found: (not found.asked, found.label))


def wrapped_rows() -> list[Wrapped]:
    """All of them, by name."""
    return sorted(_wrapped.values(), key=lambda found: found.label)


def unregistered() -> list[str]:
    """Columns that look like digests or wrapped secrets and of which nobody said so, as "app.Model.field"."""
    said = _plain | {(found.label.lower(), name) for found in _digests.values() for name in found.fields}
    sealed = {found.label.lower() for found in _wrapped.values()}
    missing = []
    for model in apps.get_models():
        label = model._meta.label
        for field in model._meta.local_concrete_fields:
            is_digest = getattr(field, "max_length", None) == DIGEST_LENGTH and NAMED_SO.search(field.name)
            is_wrapped = isinstance(field, models.BinaryField) and re.search("wrapped|sealed", field.name)
            known = (label.lower(), field.name) in said if is_digest else label.lower() in sealed
            if (is_digest or is_wrapped) and not known:
                missing.append(f"{label}.{field.name}")
    return missing
