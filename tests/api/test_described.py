"""The API's description: committed and true, and shown on a page that loads nothing from anywhere."""

import json
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from accounts.api.signing_in import VIEWS
from privacy.api.describing import description
from privacy.api.problems import Kind
from tests.attacks.site_map import routes

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P0.1")]
KEPT = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"
RENEW = """
The API is not what docs/reference/openapi.json says. If that is meant, renew the file and read the difference:
    REWRITE=1 make test ARGS="tests/api/test_described.py"
"""


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The description as it is now."""
    return description()


def written(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def test_the_committed_description_is_that_of_the_code(document: dict[str, Any]) -> None:
    if os.environ.get("REWRITE"):
        KEPT.write_text(written(document), encoding="utf-8")
    assert KEPT.read_text(encoding="utf-8") == written(document), RENEW


def test_every_address_for_apps_is_described_and_every_described_address_is_there(document: dict[str, Any]) -> None:
    there = {
        "/" + route.pattern.replace("<slug:", "<").replace("<int:", "<").replace("<uuid:", "<")
        for route in routes()
        if route.pattern.startswith("api/v1/")
    }
    there -= {"/api/v1/openapi.json", "/api/v1/<path:nothing>"}
    assert {path.replace("{", "<").replace("}", ">") for path in document["paths"]} == there
    assert get_resolver().resolve("/api/v1/auth/login").url_name == "login"
    assert len(VIEWS) > 10


def test_every_operation_says_what_it_does_and_whatever_it_may_answer(document: dict[str, Any]) -> None:
    found = [told for operations in document["paths"].values() for told in operations.values()]
    assert len({told["operationId"] for told in found}) == len(found)
    for told in found:
        assert told["summary"]
        assert {"429", "503"} <= set(told["responses"])
        if "requestBody" in told:
            assert {"400", "413", "415"} <= set(told["responses"])


def test_every_shape_that_is_named_is_there(document: dict[str, Any]) -> None:
    text, components = json.dumps(document), document["components"]
    for place in ("schemas", "responses"):
        named = {part.partition('"')[0] for part in text.split(f"#/components/{place}/")[1:]}
        assert named <= set(components[place])
    assert document["openapi"].startswith("3.1")


def test_the_page_shows_all_of_it_and_loads_nothing_from_elsewhere(document: dict[str, Any], client: Client) -> None:
    page = client.get("/api/docs/").content.decode()
    for path in document["paths"]:
        assert path in page
    for kind in Kind:
        assert f'id="problem-{kind.word}"' in page
    for name in document["components"]["schemas"]:
        assert f'id="shape-{name}"' in page
    assert max(Counter(re.findall(r' id="([^"]+)"', page)).values()) == 1
    assert "<style" not in page
    assert 'src="http' not in page
    assert client.get("/fr/api/docs/").status_code == 200


def test_programs_read_the_same(document: dict[str, Any], client: Client) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert answer.json() == json.loads(written(document))
    assert client.get("/api/v1/openapi.json", headers={"if-none-match": answer["ETag"]}).status_code == 304
