"""Figures of guessing: whether the clock tells if an address is known, at the doors that a stranger may try."""

from collections.abc import Callable, Iterator
from functools import cache
from math import sqrt
from statistics import median

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from accounts.models import Profile, User
from benchmarks.figure import Figure, seconds
from occicor.embedded.ports import HOST

PAIRS, QUICK_PAIRS, WARM = 400, 100, 20
MOST_TIMES = 1.05
# By a Mann-Whitney test the two are told apart, at one in a hundred, when they lie further apart than so many of its
# standard deviations.
MOST_DEVIATIONS = 2.58
PASSWORD = "correct horse battery staple"
BORN = {"born_day": "29", "born_month": "2", "born_year": "1988"}
DOORS: dict[str, tuple[str, Callable[[str], dict[str, str]]]] = {
    "a wrong password": ("account_login", lambda email: {"login": email, "password": "wrong wrong wrong"}),
    "a forgotten password": ("account_reset_password", lambda email: {"email": email}),
    "signing up": ("account_signup", lambda email: {**BORN, "email": email, "password1": PASSWORD}),
}


def figures(quick: bool) -> Iterator[Figure]:
    """Known and unknown addresses in turns, each tried once and from a network of its own."""
    pairs = QUICK_PAIRS if quick else PAIRS
    for number, (name, (view, given)) in enumerate(DOORS.items()):
        known, unknown = _times(number, reverse(view), given, pairs)
        slower, quicker = sorted((median(known), median(unknown)), reverse=True)
        middle = [f"{median(taken) * 1000:.1f} ms" for taken in (known, unknown)]
        told = f"medians of {pairs} in turns; known {middle[0]}, unknown {middle[1]}"
        yield Figure(f"{name}: known against unknown address", slower, MOST_TIMES, limit=quicker, note=told)
        apart = abs(_deviations(known, unknown))
        yield Figure(f"{name}: how far apart", apart, MOST_DEVIATIONS, unit="σ", note="Mann-Whitney, p > 0.01")


def _times(door: int, path: str, given: Callable[[str], dict[str, str]], pairs: int) -> tuple[list[float], list[float]]:
    for number in range(pairs + WARM):
        _account(f"known{number}@door{door}.example")
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    for number in range(pairs + WARM):
        turn = list(times) if number % 2 == 0 else list(reversed(list(times)))
        for place, kind in enumerate(turn):
            # A network a try, so that no limit is reached.
            address = f"10.{door}.{number % 250}.{2 * (number // 250) + place + 1}"
            browser = Client(headers={"X-Forwarded-For": address}, SERVER_NAME=HOST)
            sent = given(f"{kind}{number}@door{door}.example")
            times[kind].append(seconds(lambda browser=browser, sent=sent: browser.post(path, sent)))  # type: ignore[misc]
    return times["known"][WARM:], times["unknown"][WARM:]


@cache
def _hashed() -> str:
    return make_password(PASSWORD)


def _account(email: str) -> None:
    user = User.objects.create(email=email, password=_hashed())
    Profile.objects.create(user=user)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)


def _deviations(one: list[float], other: list[float]) -> float:
    """By how many of its standard deviations the Mann-Whitney statistic is off what two alike would give."""
    ranked = sorted([(value, True) for value in one] + [(value, False) for value in other])
    ranks = sum(rank for rank, (_value, of_one) in enumerate(ranked, start=1) if of_one)
    first, second = len(one), len(other)
    statistic = ranks - first * (first + 1) / 2
    return (statistic - first * second / 2) / sqrt(first * second * (first + second + 1) / 12)
