"""How a reader wants to see the site: kept in one cookie of ours, only after they chose (promise P11.1)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import translate_url
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

COOKIE: str = settings.DISPLAY_COOKIE_NAME
KEPT = timedelta(days=365)
_BETWEEN = "."
FROM_OUTSIDE = {"none", "cross-site"}


class Theme(TextChoices):
    """Light or dark."""

    SYSTEM = "system", _("As on my device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class TextSize(TextChoices):
    """How large the words are, on top of what the browser is set to."""

    NORMAL = "normal", _("Normal")
    LARGE = "large", _("Large")
    LARGEST = "largest", _("Very large")


class Motion(TextChoices):
    """Whether anything moves."""

    SYSTEM = "system", _("As on my device")
    STILL = "still", _("Nothing moves")


@dataclass(frozen=True)
class Display:
    """One reader's choice; `language` is the code of a language of the site, or empty for "as the address says"."""

    theme: str = Theme.SYSTEM.value
    text_size: str = TextSize.NORMAL.value
    motion: str = Motion.SYSTEM.value
    language: str = ""
    is_chosen: bool = False

    def cookie(self) -> str:
        """The choice as the cookie holds it: four words, and nothing that could tell one reader from another."""
        return _BETWEEN.join((self.theme, self.text_size, self.motion, self.language))


def display_of(request: HttpRequest) -> Display:
    """What this browser's cookie says; the device's own settings when there is none, or it is not one of ours."""
    words = request.COOKIES.get(COOKIE, "").split(_BETWEEN)
    allowed = (Theme.values, TextSize.values, Motion.values, ["", *dict(settings.LANGUAGES)])
    if len(words) != len(allowed) or any(word not in known for word, known in zip(words, allowed, strict=True)):
        return Display()
    theme, text_size, motion, language = words
    return Display(theme, text_size, motion, language, is_chosen=True)


def in_chosen_language(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lead who comes to this page from outside on to the language they chose; who follows a link of ours stays.

    Only a browser that says where the visit began (Sec-Fetch-Site) is led on: the others would never see English again.
    """

    @wraps(view)
    def led(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = display_of(request).language
        if request.headers.get("Sec-Fetch-Site") in FROM_OUTSIDE and wanted not in {"", get_language()}:
            return redirect(translate_url(request.get_full_path(), wanted))
        return view(request, *args, **kwargs)

    return led
