"""What is published and what the code holds cannot part unnoticed: each difference is named, and stops a deployment."""

import os
import subprocess
import sys
from dataclasses import replace
from io import StringIO
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings as now
from django.core.checks import ERROR, WARNING, CheckMessage, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.template.loader import render_to_string

from occicor import celery
from privacy import checks
from privacy.data_map.declarations import Holding
from privacy.data_map.registry import registry
from privacy.policy import gate
from privacy.policy.drift import differences
from privacy.policy.register import register
from privacy.policy.tables import tables
from rights_requests.models import Recipient
from tests.guards.check import throwaway_environment
from tests.privacy.policy.publishing import published

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P10.1")]
PROFILE = registry.holdings["accounts.profile"]


def told() -> list[str]:
    return [str(difference) for difference in differences() or ()]


def found(**how: Any) -> list[CheckMessage]:
    """What the checks of the policy say."""
    messages = run_checks(tags=["privacy"], databases=["default"], **how)
    return [message for message in messages if message.id in {"privacy.W001", "privacy.E030", "privacy.E031"}]


def changed(monkeypatch: pytest.MonkeyPatch, **said: Any) -> type[Holding]:
    """The profile's declaration says something else."""
    for name, value in said.items():
        monkeypatch.setattr(PROFILE, name, value)
    return PROFILE


def test_an_unchanged_tree_is_silent() -> None:
    published()
    assert differences() == []
    assert found() == found(include_deployment_checks=True) == []
    call_command("check", deploy=True, databases=["default"], tags=["privacy"], stderr=StringIO())


def test_where_nothing_is_published_development_is_silent_and_deployment_refused() -> None:
    assert differences() is None
    assert found() == []
    assert [message.id for message in found(include_deployment_checks=True)] == ["privacy.E031"]


def test_another_time_is_named_with_table_row_column_old_and_new_and_refuses_deployment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    published()
    kept = replace(PROFILE.retain, after="updated_at", days=730, moment="you last changed it")
    changed(monkeypatch, retain=kept)
    said = "“As long as your account exists” → “2 years after you last changed it”"
    assert told() == [
        f"table collected, accounts-profile, “How long” (en): {said}",
        f"table retention, accounts-profile, “How long we keep it” (en): {said}",
    ]
    assert {(message.level, message.id) for message in found()} == {(WARNING, "privacy.W001")}
    errors = [message for message in found(include_deployment_checks=True) if message.id == "privacy.E030"]
    assert [(error.level, error.msg) for error in errors] == [(ERROR, line) for line in told()]
    with pytest.raises(CommandError, match="table retention, accounts-profile"):
        call_command("check", deploy=True, databases=["default"], tags=["privacy"])


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ({"source": "a guess"}, "table collected, accounts-profile, “Where we have it from” (en): "),
        ({"recipients": ["everybody"]}, "table recipients, everybody (en): (nothing) → “Everybody | Your profile”"),
        (
            {"fields": {"name": replace(PROFILE.rules()["name"], shared_with="a partner")}},
            "table recipients, a partner (en): (nothing) → “A partner | Your profile”",
        ),
        ({"title": "Your secrets"}, "table collected, accounts-profile, “What” (en): “Your profile” → “Your secrets”"),
    ],
)
def test_whatever_else_a_declaration_says_is_named_too(
    monkeypatch: pytest.MonkeyPatch, said: dict[str, Any], line: str
) -> None:
    published()
    changed(monkeypatch, **said)
    assert any(difference.startswith(line) for difference in told()), told()


def test_a_holding_that_goes_is_named_as_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    published()
    monkeypatch.delitem(registry.holdings, "accounts.profile")
    assert any(line.startswith("table retention, accounts-profile (en): “Registered user | Your profile |") and
               line.endswith("→ (nothing)") for line in told()), told()  # fmt: skip


def test_a_new_cookie_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    published()
    tracker = replace(register.trackers["sessionid"], name="follows_you", needed=False)
    monkeypatch.setitem(register.trackers, "follows_you", tracker)
    assert [line.partition(" (en)")[0] for line in told()] == ["table trackers, follows_you"]


def test_a_number_of_the_settings_is_named_by_the_words_around_it(settings: Any) -> None:
    published()
    settings.APPEAL_DAYS = 14
    (line,) = told()
    assert line.startswith("clause deadlines, “body” (en): “… looked at again within 30 days")
    assert "within 14 days" in line


def test_words_that_change_in_one_language_only_are_named_in_that_language(monkeypatch: pytest.MonkeyPatch) -> None:
    published()

    def rendered(name: str, facts: dict[str, Any]) -> str:
        another = "<h2>عنوان</h2><p data-summary>خلاصة</p><p>نص</p>"
        return another if name == "policy/ar/links.html" else render_to_string(name, facts)

    monkeypatch.setattr("privacy.policy.content.render_to_string", rendered)
    assert {line.partition(": ")[0] for line in told()} == {
        f"clause links, “{part}” (ar)" for part in ("title", "summary", "body")
    }


def test_a_register_that_staff_keep_is_told_from_the_code() -> None:
    published()
    Recipient.objects.create(name="Carrier", what_for="carries mail", country="FR")
    (difference,) = differences() or ()
    assert str(difference).startswith("table processors, Carrier (en): (nothing) → “Carrier | Carries mail")
    assert not difference.of_code


def test_the_head_of_a_table_whose_lines_staff_keep_comes_with_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    published()
    renamed = replace(tables()["processors"], title="Carriers")
    monkeypatch.setattr("privacy.policy.tables._processors", lambda *_given: renamed)
    (difference,) = differences() or ()
    assert str(difference).startswith("table processors, “title” (en): ")
    assert difference.of_code


class TestStart:
    """In production neither server nor worker comes up over code that does other than the policy says."""

    @pytest.fixture(autouse=True)
    def _production(self, settings: Any) -> None:
        settings.POLICY_MUST_MATCH = True

    def test_it_is_refused_and_the_difference_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        published()
        gate.refuse_drifted_start()
        celery.refuse_unsound_start()
        changed(monkeypatch, source="a guess")
        with pytest.raises(ImproperlyConfigured, match="table collected, accounts-profile"):
            gate.refuse_drifted_start()
        with pytest.raises(SystemExit, match="table collected, accounts-profile"):
            celery.refuse_unsound_start()
        with pytest.raises(ImproperlyConfigured, match="table collected, accounts-profile"):
            call_command("run_scheduler")

    def test_it_is_refused_while_nothing_is_published(self) -> None:
        with pytest.raises(ImproperlyConfigured, match="no version of the privacy policy is published"):
            gate.refuse_drifted_start()

    def test_what_staff_changed_meanwhile_is_told_and_does_not_keep_the_site_down(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        published()
        Recipient.objects.create(name="Carrier", what_for="carries mail", country="FR")
        gate.refuse_drifted_start()
        assert "table processors, Carrier" in caplog.text

    def test_a_database_that_is_away_refuses_nothing(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def away() -> None:
            raise OperationalError

        monkeypatch.setattr(gate, "differences", away)
        gate.refuse_drifted_start()
        assert "could not be compared: OperationalError" in caplog.text


def test_while_tables_wait_to_be_made_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_migrations_wait", lambda: True)
    assert found(include_deployment_checks=True) == []


@pytest.mark.django_db(transaction=True)
def test_a_production_server_refuses_to_come_up_until_the_policy_is_published(tmp_path: Any) -> None:
    """The real thing: production's settings, whose cookies have other names than those that were published.

    Before that with a declaration that lacks its title.
    """
    published()
    script = (
        "from django.core.exceptions import ImproperlyConfigured\n"
        "from django.core.management import call_command\n"
        "import django\ndjango.setup()\n"
        "from privacy.data_map.registry import registry\n"
        "profile = registry.holdings['accounts.profile']\ntitle, profile.title = profile.title, ''\n"
        "for _attempt in range(2):\n"
        "    try:\n        import occicor.wsgi\n    except ImproperlyConfigured as refused:\n        print(refused)\n"
        "    profile.title = title\n"
        "call_command('publish_policy', '--minor', *(f'--changed-{language}=x' for language in ('en', 'fr', 'ar')))\n"
        "import occicor.wsgi\nprint('up')"
    )
    ours = urlsplit(os.environ["DATABASE_URL"])
    address = urlunsplit(ours._replace(path=f"/{connection.settings_dict['NAME']}"))
    env = throwaway_environment(str(tmp_path), "occicor.settings.production") | {"DATABASE_URL": address}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=now.BASE_DIR, env=env, capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("the data map is not sound:\nprivacy.E012"), done.stderr
    assert "the published privacy policy says other than the code does" in done.stdout, done.stderr
    assert "table trackers, __Host-session" in done.stdout
    assert "table trackers, sessionid" in done.stdout
    assert done.stdout.endswith("up\n"), done.stderr
