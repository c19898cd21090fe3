"""What a visitor reads while the database is away, against what they read when the fault is ours."""

from django.db import OperationalError
from django.test import RequestFactory

from visitors.errors import server_error


def _answer_to(error: Exception) -> tuple[int, str, str]:
    try:
        raise error
    except type(error):
        answer = server_error(RequestFactory().get("/requests/"))
    return answer.status_code, answer.get("Retry-After", ""), answer.content.decode()


def test_a_database_that_is_away_is_a_pause_with_a_time_to_come_back() -> None:
    status, retry, page = _answer_to(OperationalError("connection refused"))
    assert status == 503
    assert int(retry) > 0
    assert "send it again" in page


def test_any_other_error_is_our_fault_and_says_so() -> None:
    status, retry, page = _answer_to(ValueError("secret detail"))
    assert (status, retry) == (500, "")
    assert "secret detail" not in page
