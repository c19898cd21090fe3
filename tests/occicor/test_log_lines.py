"""What the logs say of errors: enough to find the fault, nothing about a person."""

import json
import logging
import os
import subprocess
import sys
from importlib import import_module
from itertools import product
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.handlers.exception import response_for_exception
from django.db import IntegrityError, transaction
from django.test import RequestFactory
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import override

from accounts.models import User
from occicor.log_lines import JsonLines, WithoutValues, trace
from privacy import log_context
from privacy.jobs import engine
from privacy.models import Job
from rights_requests.follow import follow_token
from tests.factories import make_request, make_user

pytestmark = pytest.mark.django_db
FORMAT = settings.LOGGING["formatters"]["plain"]["format"]


@pytest.fixture
def written(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What is logged, in the words of the project's own formatter."""
    caplog.handler.setFormatter(WithoutValues(FORMAT, style="{"))
    return caplog


def failed_on_a_row() -> IntegrityError:
    """The error of a database that refused a row and quotes it."""
    make_user("ada@example.org")
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        User.objects.create(email="ada@example.org")
    assert "ada@example.org" in str(refused.value)
    return refused.value


def test_an_error_is_named_by_class_and_place_and_the_row_is_not_quoted(written: pytest.LogCaptureFixture) -> None:
    response_for_exception(RequestFactory().get("/account/OC-2026-0001/"), failed_on_a_row())
    assert "Internal Server Error: no route" in written.text
    assert "OC-2026-0001" not in written.text
    assert "django.db.utils.IntegrityError" in written.text
    assert "psycopg2.errors.UniqueViolation" in written.text
    assert "test_log_lines.py:" in written.text
    assert "ada@example.org" not in written.text


def test_a_follow_link_is_not_written_out(written: pytest.LogCaptureFixture) -> None:
    token = follow_token(make_request(make_user()).pk)
    logging.getLogger("django.request").warning("%s: %s", "Not Found", f"/requests/follow/{token}/receipt.json")
    assert "Not Found: /requests/follow/…/receipt.json" in written.text
    assert token not in written.text


def test_no_address_of_the_site_that_holds_a_token_is_written_out(written: pytest.LogCaptureFixture) -> None:
    token = "t" * 43
    found = []
    for app in ("visitors", "rights_requests"):
        patterns = import_module(f"{app}.urls").urlpatterns
        names = [f"{app}:{one.name}" for one in patterns if "token" in one.pattern.converters]
        for (code, _name), name in product(settings.LANGUAGES, names):
            with override(code):
                found.append(reverse(name, args=[token]))
    assert {"/fr/requests/stop/", "/ar/newsletter/end/", "/transfer/"} <= {path.partition(token)[0] for path in found}
    logging.getLogger("django.request").warning("Not Found: %s", " ".join(found))
    assert token not in written.text
    assert "/fr/newsletter/confirm/…/" in written.text


def test_errors_that_name_one_another_end() -> None:
    first, second = ValueError("a"), KeyError("b")
    first.__cause__, second.__cause__ = second, first
    assert trace(first) == ["builtins.KeyError", "builtins.ValueError"]


def record(text: str, *values: object, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("somewhere", logging.ERROR, __file__, 1, text, values, None)
    made.__dict__.update(extra)
    return made


@pytest.mark.parametrize("form", [WithoutValues, JsonLines])
@pytest.mark.parametrize(
    ("planted", "left"),
    [
        ("told ada.lovelace+x@example.org, twice", "told [mailbox], twice"),
        ("GET /requests/?q=ada&token=1 HTTP", "GET /requests/?… HTTP"),
        ("Referer https://our.example/requests/OC-1/?q=1 does", "Referer https://our.example/… does"),
        ("redis://:secret@127.0.0.1:6379/0 is away", "redis://:[mailbox]:6379/… is away"),
        ("mail=ada%40example.org", "mail=[mailbox]"),
        ("from 203.0.113.77.", "from [network]."),
        ("from 203.0.113.77:4711", "from [network]:4711"),
        ("from [2001:db8::77]:443", "from [[network]]:443"),
        ("from ::ffff:203.0.113.77", "from [network]"),
        ("called +33 6 12 34 56 78", "called [number]"),
        ("127.0.0.1:6379 at 12:34:56", "127.0.0.1:6379 at 12:34:56"),
    ],
)
def test_what_leads_to_a_person_is_left_out_of_the_words(form: type[WithoutValues], planted: str, left: str) -> None:
    assert left in form(FORMAT, style="{").format(record("%s", planted)).replace("\\u2026", "…")


@pytest.mark.parametrize("form", [WithoutValues, JsonLines])
def test_nobody_writes_a_line_of_their_own_or_moves_the_cursor(form: type[WithoutValues]) -> None:
    planted = "a\r\n2026-11-26 CRITICAL forged\x1b[2J\x1b]0;x\x07\u2028b\u202ec\x85"
    line = form(FORMAT, style="{").format(record(planted))
    assert len(line.splitlines()) == 1
    assert line.isascii()
    assert line.isprintable()


def test_words_and_values_that_do_not_fit_are_written_without_the_values() -> None:
    assert "ada" not in JsonLines().format(record("%s and %s", "ada"))


def test_a_line_for_programs_says_when_in_utc_and_to_which_job_it_belongs() -> None:
    with log_context.working_on("6f1e", "access"):
        said = json.loads(JsonLines().format(record("done", created=1_700_000_000.5)))
    assert said == {
        "time": "2023-11-14T22:13:20.500Z",
        "level": "ERROR",
        "logger": "somewhere",
        "event": "done",
        "job": "6f1e",
        "kind": "access",
    }


@pytest.mark.django_db(transaction=True)
def test_a_job_that_is_worked_on_is_named_in_every_line_of_it(written: pytest.LogCaptureFixture) -> None:
    job = Job.objects.create(kind="nobody-knows", about=uuid4())
    engine.run(job.pk)
    assert f"job={job.pk} kind=nobody-knows" in written.text
    logging.getLogger("x").error("after it")
    assert "ERROR x after it\n" in written.text


def test_the_web_servers_own_process_writes_such_lines_too() -> None:
    config = json.loads((settings.BASE_DIR / "occicor/granian.json").read_text(encoding="utf-8"))
    assert import_string(config["formatters"]["lines"]["()"]) is JsonLines
    assert set(config["loggers"]) == {"_granian"}


PROCESS = """
import django, logging, threading
django.setup()
logging.getLogger('x').error('no', exc_info=ValueError('ada'))
class Thing:
    def __del__(self):
        raise ValueError('ada')
def ends():
    name = 'ada'
    raise ValueError(name)
thing = Thing()
del thing
thread = threading.Thread(target=ends, name='t'); thread.start(); thread.join()
logging.getLogger('x').error('%s and %s', 'ada')
"""


def test_the_processes_write_with_it_whatever_ends_unseen_too() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROCESS], cwd=settings.BASE_DIR, env={**os.environ, "LOG_FORMAT": "json"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "ada" not in done.stderr
    said = [json.loads(line) for line in done.stderr.splitlines()]
    assert [one.get("trace", [""])[0] for one in said] == [*["builtins.ValueError"] * 3, ""]


def test_a_line_that_quotes_the_errors_message_is_written_without_it(written: pytest.LogCaptureFixture) -> None:
    error = failed_on_a_row()
    logging.getLogger("somewhere").error("no luck: %s (%r)", error, error, exc_info=error)
    assert "no luck: IntegrityError (IntegrityError)" in written.text
    assert "ada@example.org" not in written.text


WORKER_LINE = """
import occicor.celery as it
it.app.finalize()
@it.app.task(name="test.fail")
def fail():
    raise ValueError("ada@example.org")
it.app.log.setup("INFO", redirect_stdouts=True)
from celery.app.trace import build_tracer
build_tracer("test.fail", fail, app=it.app)("1", (), {}, {"ignore_result": True})
from celery.utils.log import get_task_logger
get_task_logger("x").info("said inside a task")
"""


def test_the_worker_writes_with_it_too_and_never_what_a_failed_task_quotes() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WORKER_LINE], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert "ERROR celery.app.trace Task test.fail[None] raised unexpected: ValueError" in done.stderr
    assert "INFO x said inside a task" in done.stderr
    assert "ada@example.org" not in done.stderr + done.stdout


def test_a_line_says_when_by_the_clock_of_everywhere() -> None:
    record = logging.LogRecord("x", logging.INFO, __file__, 1, "said", None, None)
    record.created, record.msecs = 1_767_225_600.25, 250.0
    plain = settings.LOGGING["formatters"]["plain"]
    said = WithoutValues(plain["format"], style=plain["style"]).format(record)
    assert said == "2026-01-01T00:00:00.250Z INFO x said"
