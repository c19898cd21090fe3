"""What people write stays text wherever it is shown: lists and pages of the desk, their own pages, copies and letters.

Everything is planted twice, with harmless words and with texts that try to become markup; each page must then be made
of the same elements with the same attributes (A16).
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Profile, User
from consent.models import Party
from privacy.data_map.registry import registry
from privacy.data_map.subject import subject_of_user
from privacy.mail.deliver import deliver_due
from privacy.mail.queue import render
from privacy.package.columns import Column, columns_of
from privacy.package.glance import newest_rows
from privacy.package.records import RecordTeller
from privacy.vocabulary import Right
from rights_requests.models import Message, Proposal, Recipient, ReplyTemplate, RightsRequest
from rights_requests.vocabulary import MessageKind
from tests.attacks.payloads import LINES, MARKUP, Shape
from tests.factories import (
    make_customer,
    make_enrolment,
    make_mailing,
    make_message,
    make_request,
    make_staff,
    make_user,
)
from tests.holdings import FACTORIES
from tests.rights_requests.browsing import browser_of
from tests.rights_requests.desk import workspace_url
from visitors.models import ContactMessage

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P4.1")]
# So many texts stand together wherever there is room for them, so that few pages show all.
TOGETHER = 5
HARMLESS = tuple(f"harmless words {number}" for number in range(len(MARKUP)))
EMAILS = Path(__file__).parents[2] / "templates" / "emails"
VARIABLE = re.compile(r"{[{%][^}]*?[}%]}")
NAME = re.compile(r"(?<![\w.'\"|:])[a-z_]+(?![\w('\"])")
# What staff write to subscribers has links of their choice, and its own tests; the page of a draft shows them.
OF_STAFF, LINK = "admin:consent_mailing", "href='https://evil.example/'"
DATES = re.compile(r"(\w+)\|(?:\w*in_words|moment|date)\b")
COUNTS = re.compile(r"\bcount \w+=(\w+)")
# Rows of a model whose own pages are looked at.
MOST_ROWS = 1


def plant(texts: tuple[str, ...]) -> tuple[User, list[Any]]:
    """Somebody who wrote each text wherever one can write, and their requests."""
    victim, requests = make_user("victim@example.org"), []
    for number in range(0, len(texts), TOGETHER):
        group = texts[number : number + TOGETHER]
        requests.append(_planted(number, group, victim))
    Profile.objects.filter(pk=victim.pk).update(name=texts[0], workplace=texts[27], position=texts[28])
    FACTORIES["admin.logentry"](victim, texts[3][:20])
    return victim, requests


def _planted(number: int, group: tuple[str, ...], victim: User) -> Any:
    whole, short = " ".join(group), group[number // TOGETHER % TOGETHER][:60]
    plain = re.sub(r"\s", "", short).lower()[:60]
    person = make_user(f"{plain}{number}@x.example")
    bounded = dict(zip(("name", "workplace", "position"), group, strict=False))
    Profile.objects.filter(pk=person.pk).update(**bounded, address=whole, phone=short[:40])
    right = [*Right][number // TOGETHER % len(Right)]
    request = make_request(person, right, message=whole, refusal_text=whole, appeal_text=whole)
    for kind in MessageKind:
        Message.objects.create(request=request, kind=kind, author="system", text=whole)
    made = {"request": request, "holding": "accounts-profile", "field": "name", "row_key": str(person.pk)}
    Proposal.objects.create(**made, old=whole, new=short, statement=whole, reason_text=whole)
    make_message(f"m{plain}{number}@x.example", name=short, text=whole)
    make_message(victim.email, name=short, text=whole)
    customer = make_customer(f"{short} {number}")
    make_enrolment(f"w{plain}{number}@x.example", customer=customer, nickname=short, attributes={short: whole})
    ReplyTemplate.objects.create(title=short[:100], language="en", text=whole)
    Recipient.objects.create(name=f"{number} {short}", what_for=whole[:200])
    Party.objects.create(name=f"{number} {short}", address=whole)
    make_mailing(texts={"en": {"subject": short, "text": whole}})
    FACTORIES["usersessions.usersession"](victim, short)
    FACTORIES["post_office.email"](victim, whole)
    return request


def pages(victim: User, requests: list[Any]) -> Iterator[tuple[str, str]]:
    """Every page with what it says: lists of the desk, rows, workspaces, the victim's own, the copy."""
    desk, own = browser_of(make_staff(superuser=True)), browser_of(victim)
    for kind in admin.site._registry:
        label = f"admin:{kind._meta.app_label}_{kind._meta.model_name}"
        yield f"{label} list", _body(desk, reverse(f"{label}_changelist"))
        if kind is RightsRequest:
            continue  # their pages are the workspaces
        rows = kind._default_manager.order_by("pk").values_list("pk", flat=True)
        # One's own account cannot be changed, so its page has no form: whose is the first would be left to chance.
        for place, pk in enumerate([victim.pk] if kind is User else rows[:MOST_ROWS]):
            yield f"{label} {place}", _body(desk, reverse(f"{label}_change", args=[pk]))
    for place, request in enumerate(requests):
        yield f"workspace {place}", _body(desk, workspace_url(request))
    for path in ("/privacy/mine/", "/privacy/mine/messages/", "/account/", "/account/profile/", "/account/sessions/"):
        yield path, _body(own, path)
    yield "the desk", _body(desk, reverse("admin:index"))
    for label, holding in registry.holdings.items():
        if label == "privacy.auditentry":
            continue  # words of ours alone, and more with each page that was looked at
        subject = subject_of_user(victim.pk)
        shown = newest_rows(subject, [holding], most=40).get(holding.slug(), [])
        if shown and columns_of(holding):
            names = [one.name for one in columns_of(holding)]
            lines = [json.dumps(dict(zip(names, texts, strict=True))).encode() for _key, texts in shown]
            yield f"copy: {label}", RecordTeller(_as_text(columns_of(holding))).cards(lines)


def _as_text(columns: tuple[Column, ...]) -> list[Column]:
    """The columns with values that are words already."""
    return [replace(column, kind="text", choices={}) for column in columns]


def _body(browser: Client, path: str) -> str:
    answer = browser.get(path, follow=True)
    return answer.content.decode() if answer.status_code == 200 else f"{answer.status_code}"


def shapes(texts: tuple[str, ...]) -> dict[str, tuple[Shape, str]]:
    """Each page's shape and what it says; what was planted is taken back."""
    with transaction.atomic():
        found = {name: (Shape(page), page) for name, page in pages(*plant(texts))}
        transaction.set_rollback(True)
    return found


def test_no_page_is_made_of_anything_else_than_with_harmless_words() -> None:
    harmless, hostile = shapes(HARMLESS), shapes(MARKUP)
    assert harmless.keys() == hostile.keys()
    told = []
    for name, (shape, _page) in hostile.items():
        dangers = [one for one in shape.dangers if not (name.startswith(OF_STAFF) and LINK in one)]
        more = list((Counter(shape.elements) - Counter(harmless[name][0].elements)).items())
        if dangers or (more and not name.startswith(OF_STAFF)):
            told.append(f"{name}: {dangers[:3]} {more[:3]}")
    assert told == [], "\n".join(told)
    everything = "\n".join(page for _shape, page in hostile.values())
    unseen = [text for text in MARKUP if escape(text) not in everything and escape(text, quote=False) not in everything]
    assert unseen == [], "these were shown nowhere, so the pages prove nothing about them"


def test_no_letter_is_made_of_anything_else_than_with_harmless_words() -> None:
    for name in letters():
        hostile, harmless = (Shape(render(name, said(name, text)).html) for text in (" ".join(MARKUP), "words"))
        assert hostile.dangers == [], name
        assert set(hostile.elements) - {"br "} == set(harmless.elements) - {"br "}, name


def letters() -> list[str]:
    """The names of all letters that the site writes."""
    found = sorted(EMAILS.rglob("*.subject.txt"))
    assert len(found) > 60
    return [str(path.relative_to(EMAILS)).removesuffix(".subject.txt") for path in found]


def said(name: str, text: str) -> dict[str, Any]:
    """The text for each variable of a letter's templates; an instant and a number where they are told as such."""
    folder = name.partition("/")[0]
    sources = [path.read_text(encoding="utf-8") for path in (EMAILS / folder).rglob("*.txt")]
    tags = " ".join(found for source in sources for found in VARIABLE.findall(source))
    texts = dict.fromkeys(set(NAME.findall(tags)), text)
    return {**texts, **dict.fromkeys(DATES.findall(tags), timezone.now()), **dict.fromkeys(COUNTS.findall(tags), 3)}


@pytest.mark.parametrize("number", range(len(LINES)))
def test_a_letter_has_one_head_and_says_literally_what_was_written(number: int) -> None:
    """Line breaks, template signs and formats in a name or subject (A17); each letter with some of them."""
    text = LINES[number]
    for name in letters()[number % 3 :: 3]:
        letter = render(name, said(name, text))
        message = EmailMultiAlternatives(letter.subject, letter.text, to=["ann@example.org"])
        head = message.message()
        assert len(head.get_all("Subject") or ()) == 1, name
        assert head.get_all("To") == ["ann@example.org"], name
        assert not {"bcc", "cc"} & {header.lower() for header in head}, name
        assert "49" not in letter.text.replace(text, ""), name
        assert settings.SECRET_KEY not in letter.text


def test_what_a_stranger_calls_themselves_is_one_line_and_literal_in_the_letters(client: Client) -> None:
    """By the contact page and out of the door, as a mail server would get it."""
    for number, text in enumerate(LINES[:-1]):
        page = client.get(reverse("visitors:contact")).content.decode()
        token = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
        given = {"topic": "product", "name": text, "text": f"Hello. {text}", "email": f"eve{number}@example.org"}
        client.post(reverse("visitors:contact"), {**token, **given})
    assert ContactMessage.objects.count() >= len(LINES) - 4
    deliver_due()
    assert mail.outbox
    for sent in mail.outbox:
        head = sent.message()
        assert len(head.get_all("Subject")) == len(head.get_all("To")) == 1
        assert not {"bcc", "cc"} & {header.lower() for header in head}
        assert "victim@example.org" not in str(head["To"])
