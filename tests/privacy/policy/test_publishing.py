"""A version is frozen once and for all, says what changed in every language, and is never published for nothing."""

import hashlib
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from privacy.models import AuditEntry, Job, PolicyText, PolicyVersion
from privacy.package import signing
from privacy.policy import versions
from privacy.policy.clauses import LANGUAGES
from privacy.policy.notice import NOTICE, notice_id
from privacy.policy.publishing import NothingChanged, NotTold, TooEarly
from rights_requests.models import Recipient
from tests.privacy.policy.publishing import published

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P10.1")]
TOLD = [f"--changed-{language}=A carrier is new." for language in LANGUAGES]


def change() -> None:
    """Something that the policy must say."""
    Recipient.objects.create(name=f"Carrier {Recipient.objects.count()}", what_for="carries mail", country="FR")


def command(*words: str) -> str:
    out = StringIO()
    call_command("publish_policy", *words, stdout=out)
    return out.getvalue()


def test_a_version_freezes_texts_tables_and_hashes_and_is_audited() -> None:
    version = published()
    texts = {text.language: text for text in PolicyText.objects.all()}
    assert (version.number, version.effective_on, set(texts)) == (1, timezone.localdate(), set(LANGUAGES))
    for text in texts.values():
        whole = signing.canonical({"clauses": text.clauses, "tables": text.tables})
        assert text.hash == hashlib.sha256(whole).hexdigest()
    hashes = {language: text.hash for language, text in texts.items()}
    assert version.hash == hashlib.sha256(signing.canonical(hashes)).hexdigest()
    entry = AuditEntry.objects.get(event="policy.published")
    assert entry.data == {"number": 1, "material": True, "hash": version.hash}


@pytest.mark.parametrize("what", ["update", "delete"])
@pytest.mark.parametrize("model", [PolicyVersion, PolicyText])
def test_the_database_refuses_to_change_what_is_published(model: Any, what: str) -> None:
    published()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        model.objects.update(hash="0") if what == "update" else model.objects.all()._raw_delete("default")
    assert model.objects.exists()


def test_nothing_is_published_for_nothing() -> None:
    published()
    with pytest.raises(NothingChanged):
        published("All is new.")
    assert PolicyVersion.objects.count() == 1


def test_a_later_version_says_what_changed_and_why_in_every_language() -> None:
    published()
    change()
    with pytest.raises(NotTold) as missing:
        published({"en": "A carrier is new.", "fr": " "})
    assert missing.value.languages == ["fr", "ar"]
    assert (PolicyVersion.objects.count(), PolicyText.objects.count()) == (1, len(LANGUAGES))
    second = published("A carrier is new.", material=False)
    assert (second.number, second.material) == (2, False)
    assert {text.changed for text in PolicyText.objects.filter(version=2)} == {"A carrier is new."}


def test_a_version_counts_from_today_at_the_earliest_and_never_before_the_one_it_follows() -> None:
    today = timezone.localdate()
    with pytest.raises(TooEarly):
        published(effective_on=today - timedelta(days=1))
    published(effective_on=today + timedelta(days=10))
    change()
    with pytest.raises(TooEarly) as early:
        published("New.", effective_on=today + timedelta(days=9))
    assert early.value.earliest == today + timedelta(days=10)
    assert published("New.").effective_on == today + timedelta(days=10)


def test_the_version_in_force_is_the_newest_that_has_begun() -> None:
    assert versions.in_force([]) is None
    first = published()
    change()
    second = published("New.", effective_on=timezone.localdate() + timedelta(days=3))
    assert versions.in_force(versions.every()) == first
    assert versions.in_force([second]) == second


def test_people_are_told_of_changes_and_not_of_the_first_version() -> None:
    published()
    assert not Job.objects.filter(kind=NOTICE).exists()
    change()
    published("New.")
    assert Job.objects.get(kind=NOTICE).about == notice_id(2)


def test_the_command_publishes_and_shows_the_hash() -> None:
    said = command("--material")
    assert PolicyVersion.objects.get().hash in said
    change()
    day = timezone.localdate() + timedelta(days=30)
    assert f"Version 2 is published, in force from {day.isoformat()}" in command(
        "--minor", *TOLD, "--effective", day.isoformat()
    )


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ([], "--material"),
        (["--material"], "Say what changed and why, a sentence or two in each language: --changed-en, --changed-fr"),
        (["--material", *TOLD, "--effective", "2001-01-01"], "cannot be in force before"),
        (["--material", *TOLD, "--effective", "tomorrow"], "Write the day as 20"),
    ],
)
def test_the_command_says_in_plain_words_what_it_needs(words: list[str], answer: str) -> None:
    published()
    change()
    with pytest.raises(CommandError, match=answer):
        command(*words)
    assert PolicyVersion.objects.count() == 1


def test_the_command_says_when_nothing_changed() -> None:
    command("--material")
    with pytest.raises(CommandError, match="Nothing changed"):
        command("--minor", *TOLD)


def test_a_trial_run_of_the_command_names_what_would_change_and_publishes_nothing() -> None:
    assert "Nothing is published yet" in command("--dry-run")
    published()
    assert "Nothing would change" in command("--dry-run")
    change()
    said = command("--dry-run")
    assert "table processors, Carrier 0" in said
    assert PolicyVersion.objects.count() == 1


def test_the_start_of_a_trial_publishes_the_first_version_once() -> None:
    call_command("publish_first_policy", verbosity=0)
    change()
    call_command("publish_first_policy", verbosity=0)
    assert list(PolicyVersion.objects.values_list("number", flat=True)) == [1]
