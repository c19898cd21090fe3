"""The pages of the privacy policy."""

import pytest
from django.test import Client

from tests.privacy.policy.publishing import published

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P10.1")]


def test_smoke(client: Client) -> None:
    assert client.get("/privacy/policy/").status_code == 404
    published()
    answer = client.get("/privacy/policy/")
    assert answer.status_code == 200
    open("/tmp/policy.html", "w").write(answer.content.decode())
    for path in ("versions/", "versions/1/", "feed/"):
        assert client.get("/privacy/policy/" + path).status_code == 200
    assert client.get("/privacy/policy/compare/").status_code == 404
