"""Three languages: the address alone names it, letters speak their reader's, and nothing of one is left in another."""

import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override
from post_office.models import Email

from accounts import services
from consent import letters
from occicor import language_checks, languages
from privacy import ledger
from privacy.data_map.plan import Plan, plan, planned_titles
from privacy.data_map.registry import registry
from privacy.data_map.subject import subject_of_user
from privacy.mail.language import spoken
from privacy.vocabulary import Right
from rights_requests import letters_to_child, letters_to_customer, letters_to_staff, letters_to_subject, notifications
from rights_requests.fulfilment.receipt import issue
from rights_requests.models import Transfer
from rights_requests.services import reporting
from rights_requests.services.reporting import Report
from rights_requests.vocabulary import RequesterRole
from tests.factories import make_request, make_user
from tests.occicor.test_ledger_gate import fall_behind

pytestmark = pytest.mark.django_db
PREFIXES = {"en": "", "fr": "/fr", "ar": "/ar"}
LETTERS = (notifications, letters, letters_to_subject, letters_to_staff, letters_to_customer, letters_to_child)


@pytest.mark.parametrize("code", PREFIXES)
def test_a_page_speaks_the_language_of_its_address_whatever_the_browser_prefers(client: Client, code: str) -> None:
    for other in PREFIXES:
        shown = client.get(f"{PREFIXES[code]}/privacy/", headers={"accept-language": other}).content.decode()
        direction = "rtl" if code == "ar" else "ltr"
        assert f'<html lang="{code}" dir="{direction}"' in shown
        with override(code):
            assert gettext("Your data and your rights") in shown
            assert f'href="{reverse("rights_requests:verify")}"' in shown
            assert reverse("rights_requests:verify").startswith(f"{PREFIXES[code]}/privacy/")


@pytest.mark.parametrize("path", ["/de/", "/xx/privacy/", "/fr/fr/", "/en/fr/"])
def test_a_language_that_the_site_does_not_speak_is_no_address(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Go to the home page" in answer.content.decode() or "/fr" in path


def test_each_page_leads_to_itself_in_the_other_languages_and_keeps_its_question(client: Client) -> None:
    shown = client.get("/fr/requests/who/?next=/requests/new/").content.decode()
    nav = re.search(r'<nav class="languages".*?</nav>', shown, re.S)
    assert nav
    assert re.findall(r'href="([^"]*)" hreflang="(\w+)"', nav[0]) == [
        ("/requests/who/?next=/requests/new/", "en"),
        ("/fr/requests/who/?next=/requests/new/", "fr"),
        ("/ar/requests/who/?next=/requests/new/", "ar"),
    ]
    assert "العربيّة" in nav[0]
    assert "français" in nav[0]


def test_a_closed_page_is_closed_in_every_language(client: Client) -> None:
    fall_behind()
    for prefix in PREFIXES.values():
        for path in ("/requests/", "/account/", "/contact/"):
            assert client.get(f"{prefix}{path}").status_code == 503, prefix
        assert client.get(f"{prefix}/privacy/").status_code == 200
    assert ledger.closed()


def test_a_letter_speaks_its_readers_language_whoever_causes_it() -> None:
    user = make_user("lectrice@example.org")
    request = make_request(user, Right.ACCESS, language="fr")
    with override("ar"):
        notifications.received(request, to=user.email)
        letters_to_staff.message_arrived(request, request.pk)
    theirs, ours = Email.objects.get(to=[user.email]), Email.objects.exclude(to=[user.email]).get()
    with override("fr"):
        assert str(Right.ACCESS.label) in theirs.message
        page = reverse("rights_requests:detail", args=[request.reference])
    assert f"{settings.SITE_URL}{page}" in theirs.message
    assert page.startswith("/fr/")
    assert f'href="{settings.SITE_URL}/fr/"' in theirs.html_message
    assert '<html lang="fr" dir="ltr">' in theirs.html_message
    assert f"{settings.SITE_URL}/admin/" in ours.message
    assert '<html lang="en" dir="ltr">' in ours.html_message


def test_who_did_not_ask_is_written_to_in_our_language_for_nobody_knows_theirs() -> None:
    user, agent = make_user("lectrice@example.org"), {"language": "fr", "requester_role": RequesterRole.AGENT}
    services.move_address(actor=services.actor_of(user.pk), user_id=user.pk, left="old@example.org")
    Email.objects.all().delete()
    request = make_request(user, Right.ERASURE, **agent)
    with override("ar"):
        letters_to_subject.asked(request)
        letters_to_subject.asked_after_change(request)
        letters_to_subject.soon(request, request.due_at)
        letters_to_subject.outcome(request, "refused")
        letters_to_subject.stopped(request)
        notifications.transfer_link(request, Transfer(target="new@example.org"), token="x", until=request.due_at)
        reporting.report(report=Report(who=make_user("child@example.org").email, relation="parent"))
    assert Email.objects.count() == 8
    assert [mail.subject for mail in Email.objects.all() if '<html lang="en"' not in mail.html_message] == []
    assert not [
        mail.subject for mail in Email.objects.all() if re.search(rf"{settings.SITE_URL}/(fr|ar)/", mail.message)
    ]


def test_every_letter_chooses_its_language() -> None:
    """A function of these modules that writes without choosing would write in that of whoever pressed the button."""
    assert {Path(module.__file__ or "") for module in LETTERS} >= set(Path(settings.BASE_DIR).glob("*/letters*.py"))
    given_a_reader = {"proof"}  # the reader is the one who just asked
    for module in LETTERS:
        own = [one for one in vars(module).values() if getattr(one, "__module__", "") == module.__name__]
        writes = [
            one for one in own if callable(one) and not isinstance(one, type) and not one.__name__.startswith("_")
        ]
        free = {one.__name__ for one in writes if not hasattr(one, "__wrapped__")} - given_a_reader
        assert not free, module.__name__


@pytest.mark.parametrize(("given", "found"), [("fr", "fr"), ("fr-CA", "fr"), ("AR", "ar"), ("de", "en"), ("", "en")])
def test_who_wrote_in_a_language_that_we_do_not_speak_is_answered_in_ours(given: str, found: str) -> None:
    assert spoken(given) == found


def test_a_plan_is_said_in_the_language_of_whoever_reads_it() -> None:
    subject = subject_of_user(make_user("plan@example.org").pk)
    with override("fr"):
        stored = plan(subject, Right.ERASURE).as_json()
    account = registry.holdings[settings.AUTH_USER_MODEL.lower()]
    for code in PREFIXES:
        with override(code):
            said = Plan.from_json(stored)
            item = next(item for item in said.items if item.slug == account.slug())
            assert item.title == str(account.title)
            assert planned_titles(stored)[account.slug()] == str(account.title)
            assert [one.count for one in said.items] == [one["count"] for one in stored["items"]]
            assert said.hash == plan(subject, Right.ERASURE).hash
    assert planned_titles({}) == {}


def test_a_holding_that_is_declared_no_more_keeps_the_words_it_was_promised_in() -> None:
    stored = plan(subject_of_user(make_user("gone@example.org").pk), Right.ERASURE).as_json()
    stored["items"].append({**stored["items"][0], "slug": "old-thing", "title": "An old thing"})
    assert planned_titles(stored)["old-thing"] == "An old thing"


def test_a_receipt_is_written_in_the_language_of_the_request() -> None:
    user = make_user("recu@example.org")
    with override("en"):
        intended = plan(subject_of_user(user.pk), Right.ERASURE).as_json()
    request = make_request(user, Right.ERASURE, language="fr", plan=intended)
    receipt = issue(request, {}, {}, "2026-01-01T00:00:00+00:00")
    with override("fr"):
        expected = str(registry.holdings[settings.AUTH_USER_MODEL.lower()].title)
    assert expected in {category["title"] for category in receipt.content["categories"]}


def test_pages_that_need_nothing_lead_to_the_first_page_of_their_language() -> None:
    with override("ar"):
        shown = get_template("500.html").render()
    assert 'href="/ar/"' in shown
    assert 'dir="rtl"' in shown


def test_a_catalogue_that_is_not_compiled_stops_the_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert language_checks.catalogues_are_compiled() == []
    monkeypatch.setattr(language_checks, "stale", lambda: [Path("locale/ar/LC_MESSAGES/django.po")])
    found = language_checks.catalogues_are_compiled()
    assert [(one.id, one.msg) for one in found] == [("occicor.E002", "The texts of “ar” are not compiled.")]


def test_no_line_of_a_french_text_begins_with_a_mark() -> None:
    assert languages.in_french("Est-ce « vous » ? Oui : moi ; https://x.example/?a=1") == (
        "Est-ce «\xa0vous\xa0»\u202f? Oui\xa0: moi\u202f; https://x.example/?a=1"
    )
    with override("fr"):
        assert "essayer\xa0: toutes" in gettext(
            "This is a copy for trying out: everybody in it is made up, and nothing is sent to anybody."
        )


def test_only_a_catalogue_that_changed_is_compiled(tmp_path: Path) -> None:
    source = tmp_path / "fr" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "a"\nmsgstr "b"\n')
    assert languages.stale(tmp_path) == [source]
    languages.compile_catalogue(source)
    assert languages.stale(tmp_path) == []
    assert list(source.parent.iterdir()) != [source]
    made = languages.compiled(source).stat()
    os.utime(source, ns=(made.st_atime_ns, made.st_mtime_ns + 1))
    assert languages.stale(tmp_path) == [source]
