"""Whatever an app sends: no fault of ours, and no answer that the description does not declare; a small sample of it.

`make audit ARGS=api` sends much more of it.
"""

import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from jsonschema import Draft202012Validator

from privacy.api.describing import description
from tests.api.app import SECRET, App, System
from tests.api.factories import make_key
from tests.attacks.site_map import UNKNOWN_UUID
from tests.factories import make_customer, make_enrolment, make_request, make_user
from tests.privacy.policy.publishing import published

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P4.1")]
ODD: list[Any] = [None, True, 0, -1, 1e300, 10**30, "", "\x00", "é\u202e", "x" * 5000, [], [None], {}, {"a": {"b": []}}]
IN_ADDRESSES = {
    "reference": ["OC-0000-0000", "x", "0" * 300],
    "number": ["1", "0", "9" * 30],
    "topic": ["newsletter", "nothing"],
}
QUERIES = ["", "?limit=0", "?limit=x&cursor=%00", "?cursor=" + "e" * 3000, "?language=%ff", "?limit=100"]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The description."""
    return description()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, told in document["paths"].items():
        for method, operation in told.items():
            yield path, method, operation


def addresses(path: str, own: str) -> Iterator[str]:
    names = [part.partition("}")[0] for part in path.split("{")[1:]]
    values = [
        [*IN_ADDRESSES.get(name, [UNKNOWN_UUID]), *([own] if name in {"reference", "enrolment_id"} else [])]
        for name in names
    ]
    for chosen in itertools.product(*values):
        yield path.format(**dict(zip(names, chosen, strict=True)))


def bodies(document: dict[str, Any], operation: dict[str, Any]) -> Iterator[Any]:
    """For each shape that is sent: every odd value as a whole, and in the place of each member."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        yield None
        return
    yield from ODD[::3]
    schemas = document["components"]["schemas"]
    name = content["schema"]["$ref"].rpartition("/")[2]
    for kind in schemas[name].get("oneOf", [content["schema"]]):
        members = schemas[kind["$ref"].rpartition("/")[2]]["properties"]
        plain = {member: _plain(schema) for member, schema in members.items()}
        yield plain
        for place, member in enumerate(members):
            yield {**plain, member: ODD[place * 5 % len(ODD)]}


def _plain(schema: dict[str, Any]) -> Any:
    if "enum" in schema:
        return schema["enum"][0]
    kinds = {"string": "words", "integer": 1, "boolean": True, "array": [], "object": {}}
    kind = schema.get("type", "")
    return kinds.get(kind[0] if isinstance(kind, list) else kind, "words")


def wrong_with(document: dict[str, Any], operation: dict[str, Any], answer: Any) -> str:
    """Why an answer is not as it is declared; empty where it is."""
    declared = operation["responses"].get(str(answer.status_code))
    if answer.status_code >= 500 or declared is None:
        return f"answers {answer.status_code}"
    if "$ref" in declared:
        declared = document["components"]["responses"][declared["$ref"].rpartition("/")[2]]
    content = declared.get("content", {})
    kind = answer.get("Content-Type", "").partition(";")[0]
    if not content or not answer.content:
        return ""
    if kind not in content:
        return f"answers {answer.status_code} as {kind}"
    if "json" not in kind:
        return ""
    schema = {**content[kind]["schema"], "components": document["components"]}
    found = next(Draft202012Validator(schema).iter_errors(answer.json()), None)
    return f"{answer.status_code}: {found.json_path} {found.message[:200]}" if found else ""


def nobody() -> tuple[App, str]:
    return App(), "OC-2222-2222"


def person() -> tuple[App, str]:
    user = make_user()
    return App.of(user), make_request(user).reference


def system() -> tuple[App, str]:
    customer = make_customer()
    make_key(customer, secret=SECRET)
    return System(), str(make_enrolment(customer=customer).pk)


@pytest.mark.parametrize("who", [nobody, person, system])
def test_no_answer_is_a_fault_of_ours_or_undeclared(
    document: dict[str, Any], who: Callable[[], tuple[App, str]]
) -> None:
    published()
    app, own = who()
    app.client.raise_request_exception = False
    found, tried = [], 0
    for path, method, operation in operations(document):
        if (path.endswith("/auth/session") and method == "delete") or (who is system and "/customer/" not in path):
            continue
        for address in addresses(path, own):
            # Of what is not there, two bodies say as much as all.
            there = own in address or "{" not in path
            for body in itertools.islice(bodies(document, operation), None if there else 2):
                for query in QUERIES if method == "get" and there else [""]:
                    cache.clear()
                    answer = app.asks(method, address + query, None if body is None else json.dumps(body))
                    tried += 1
                    if why := wrong_with(document, operation, answer):
                        found.append(f"{method} {address}{query} {json.dumps(body)[:100]}: {why}")
    assert found == [], "\n".join(found[:30])
    assert tried > 30
