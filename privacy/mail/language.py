"""In whose language a letter is written: the reader's own, or ours when it goes to our own people or to a company.

Whole functions are wrapped, not only the rendering: dates, labels and addresses of pages are put into words before.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from django.conf import settings
from django.utils import translation

_More = ParamSpec("_More")
_Given = TypeVar("_Given")


class InALanguage(Protocol):
    """Whatever keeps the language in which its person wrote to us; empty when nobody knows it."""

    @property
    def language(self) -> str:
        """The code of a language."""


_About = TypeVar("_About", bound=InALanguage)


def spoken(language: str | None) -> str:
    """The language of the site in which somebody who asked in this one is answered: ours, when it is none of them."""
    wanted = (language or "").lower().partition("-")[0]
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def in_their_language(
    write: Callable[Concatenate[_About, _More], _Given],
) -> Callable[Concatenate[_About, _More], _Given]:
    """Write a letter in the language of what it is about, its first argument."""

    @wraps(write)
    def written(about: _About, /, *args: _More.args, **kwargs: _More.kwargs) -> _Given:
        with translation.override(spoken(about.language)):
            return write(about, *args, **kwargs)

    return written


def in_our_language(write: Callable[_More, _Given]) -> Callable[_More, _Given]:
    """Write a letter in the site's first language, whatever the page spoke on which it came about."""

    @wraps(write)
    def written(*args: _More.args, **kwargs: _More.kwargs) -> _Given:
        with translation.override(settings.LANGUAGE_CODE):
            return write(*args, **kwargs)

    return written
