"""Every form that the site has, found in its own modules and in the pages that libraries bring along."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

from django.forms import BaseForm
from django.urls import URLResolver, get_resolver

OURS = ("privacy", "accounts", "consent", "rights_requests", "visitors")
# What starts on import, or is no part of the site.
APART = {"migrations", "management"}


def named(form: type[BaseForm]) -> str:
    """Module and class."""
    return f"{form.__module__}.{form.__qualname__}"


def form_classes() -> set[str]:
    """The forms that nothing else is made of: ours, and those of libraries on whose pages no form of ours stands."""
    for app in OURS:
        for found in pkgutil.walk_packages(importlib.import_module(app).__path__, f"{app}."):
            if not APART & set(found.name.split(".")):
                importlib.import_module(found.name)
    ours = {form for form in _below(BaseForm) if form.__module__.partition(".")[0] in OURS}
    whole = {form for form in ours if not ours & set(_below(form))}
    on_pages = {form for form in _on_pages(get_resolver().url_patterns) if not whole & {form, *_below(form)}}
    return {named(form) for form in whole | on_pages}


def _below(form: type[Any]) -> Iterator[type[Any]]:
    for inner in form.__subclasses__():
        yield inner
        yield from _below(inner)


def _on_pages(patterns: list[Any]) -> Iterator[type[BaseForm]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _on_pages(pattern.url_patterns)
        elif form := getattr(getattr(pattern.callback, "view_class", None), "form_class", None):
            yield form
