"""Doors of the privacy policy: the one in force, every version, two compared, what changed as a feed, and “seen”."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from accounts.services import actor_of
from privacy.mail.language import spoken
from privacy.policy import versions as published
from privacy.policy.seen import record
from privacy.vocabulary import PolicySeenHow
from privacy.way_back import way_back
from visitors import policy_pages
from visitors.policy_feed import PolicyFeed
from visitors.policy_pages import Unknown

View = Callable[..., HttpResponse]


def _told(view: View) -> View:
    """A page in the language of its address; what does not exist is told in plain words, with a way back."""

    @wraps(view)
    def answer(request: HttpRequest, **parts: Any) -> HttpResponse:
        try:
            return view(request, language=spoken(get_language()), **parts)
        except Unknown as unknown:
            return render(request, "visitors/policy/unknown.html", {"reason": unknown.reason}, status=404)

    return answer


@require_safe
@cache_control(public=True, max_age=0)
@_told
def policy(request: HttpRequest, *, language: str) -> HttpResponse:
    """The policy that is in force."""
    context = {"page": policy_pages.page_of(None, language)}
    return render(request, "visitors/policy/policy.html", context)


@require_safe
@cache_control(public=True, max_age=0)
@_told
def version(request: HttpRequest, *, number: int, language: str) -> HttpResponse:
    """A version under its own address, for ever."""
    context = {"page": policy_pages.page_of(number, language), "permalink": True}
    return render(request, "visitors/policy/policy.html", context)


@require_safe
@cache_control(public=True, max_age=0)
@_told
def versions(request: HttpRequest, *, language: str) -> HttpResponse:
    """Every version with what changed and why, and the form to compare two."""
    told = policy_pages.told(language)
    current = published.in_force([text.version for text, _before in told])
    return render(request, "visitors/policy/versions.html", {"told": told, "current": current})


@require_safe
@cache_control(public=True, max_age=0)
@_told
def compare(request: HttpRequest, *, language: str) -> HttpResponse:
    """Two versions word by word."""
    old, new, changes = policy_pages.comparison(request.GET.get("from"), request.GET.get("to"), language)
    changed, same = ([one for one in changes if one.differs is wanted] for wanted in (True, False))
    context = {"old": old, "new": new, "changed": changed, "same": same}
    return render(request, "visitors/policy/compare.html", context)


@require_safe
@cache_control(public=True, max_age=0)
@_told
def feed(request: HttpRequest, *, language: str) -> HttpResponse:
    """What changed with each version, for feed readers."""
    return PolicyFeed(language)(request)


@require_POST
@login_required
def seen(request: HttpRequest) -> HttpResponse:
    """The person says that they have seen the change that the notice named: it goes."""
    user_id, number = UUID(str(request.user.pk)), policy_pages.number_of(request.POST.get("number"))
    if number is not None:
        record(actor=actor_of(user_id), user_id=user_id, how=PolicySeenHow.SAID_SO, number=number)
    return redirect(way_back(request, reverse("visitors:policy")))
