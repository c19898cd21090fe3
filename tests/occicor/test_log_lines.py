"""What the logs say of errors: enough to find the fault, nothing about a person."""

import logging
import subprocess
import sys
from importlib import import_module
from itertools import product

import pytest
from django.conf import settings
from django.core.handlers.exception import response_for_exception
from django.db import IntegrityError, transaction
from django.test import RequestFactory
from django.urls import reverse
from django.utils.translation import override

from accounts.models import User
from occicor.log_lines import WithoutValues
from rights_requests.follow import follow_token
from tests.factories import make_request, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What is logged, in the words of the project's own formatter."""
    plain = settings.LOGGING["formatters"]["plain"]
    caplog.handler.setFormatter(WithoutValues(plain["format"], style=plain["style"]))
    return caplog


def failed_on_a_row() -> IntegrityError:
    """The error of a database that refused a row and quotes it."""
    make_user("ada@example.org")
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        User.objects.create(email="ada@example.org")
    assert "ada@example.org" in str(refused.value)
    return refused.value


def test_an_error_is_named_by_class_and_place_and_the_row_is_not_quoted(written: pytest.LogCaptureFixture) -> None:
    response_for_exception(RequestFactory().get("/account/"), failed_on_a_row())
    assert "Internal Server Error: /account/" in written.text
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
    said = WithoutValues().formatException((ValueError, first, None))
    assert said == "builtins.KeyError\nbuiltins.ValueError"


def test_the_processes_write_with_it() -> None:
    code = "import django, logging; django.setup(); logging.getLogger('x').error('no', exc_info=ValueError('ada'))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert "ERROR x no\nbuiltins.ValueError" in done.stderr
    assert "ada" not in done.stderr


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
