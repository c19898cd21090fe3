"""The checkers of `make audit` that look at safety find what is planted; no site runs and nothing is installed."""

import json
from pathlib import Path

from tests.audit import headers, inventory, parts, scanner
from tests.audit.fetching import Answer

SITE = "http://127.0.0.1:8000"
GOOD = {
    **headers.ALWAYS,
    **headers.ON_PAGES,
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "; ".join(headers.POLICY),
    "cache-control": "no-store, private",
}


def wrong(role: str = "subject", media_type: str = "text/html", **changed: str | None) -> list[str]:
    said = {**GOOD, **{name.replace("_", "-"): value for name, value in changed.items()}}
    kept = {name: value for name, value in said.items() if value is not None}
    return list(headers.faults(Answer(SITE, SITE, 200, media_type, b"x", headers=kept), role))


def test_an_answer_without_a_header_is_told() -> None:
    assert wrong() == []
    assert wrong(x_content_type_options=None) == ["x-content-type-options is 'missing', not 'nosniff'"]
    assert wrong(referrer_policy="unsafe-url") == ["referrer-policy is 'unsafe-url', not 'same-origin'"]
    assert wrong(server="granian") == []
    assert wrong(server="granian/2.5") == ["server is said with a version"]
    assert wrong(access_control_allow_origin="*") == ["access-control-allow-origin is said"]
    assert wrong(content_security_policy="default-src 'none'; base-uri 'none'; form-action 'self'") == [
        "the policy lacks object-src 'none', frame-ancestors 'none'"
    ]
    assert wrong(content_type="text/html") == ["no charset"]
    assert wrong(cache_control="private") == ["a page of somebody may be stored"]
    assert wrong("visitor", cache_control="public, max-age=0") == []
    assert wrong(media_type="image/png", content_security_policy=None, cache_control=None, content_type=None) == []


def test_what_the_scanner_found_is_told_by_address() -> None:
    case = {"method": "GET", "path": "/a/", "parameter": "q", "info": "XSS\n via q"}
    known = {**case, "method": "POST", "path": "/consent/", "info": "Lack of anti CSRF token"}
    plain = {**case, "info": "Secure flag is not set in the cookie : sessionid"}
    weak = {"XSS": [case], "SQL": [], scanner.CSRF: [known], "Secure Flag cookie": [plain]}
    said = {"infos": {"crawled_pages_nbr": 12}, "vulnerabilities": weak, "anomalies": {}}
    assert scanner.read(json.dumps(said)) == (12, ["XSS: GET /a/ (q): XSS via q"])
    words = scanner.command(SITE, Path("/found/scanner.json"), "sessionid=x")
    assert words[words.index("--header") + 1] == "Cookie: sessionid=x"
    assert "--no-bugreport" in words
    assert not {"ssrf", "log4shell", "wapp", "brute_login_form"} & set(words[words.index("--module") + 1].split(","))


def test_a_part_that_the_inventory_lacks_is_told() -> None:
    pinned = inventory.pins(inventory.REQUIREMENTS.read_text(encoding="utf-8"))
    assert len(pinned) > 40
    components = [
        {
            "name": name,
            "version": version,
            "externalReferences": [{"hashes": [{"alg": "SHA-256", "content": one} for one in hashes]}],
        }
        for name, (version, hashes) in pinned.items()
    ]
    assert list(inventory.lacking({"components": components}, pinned)) == []
    (gone, other, bare), rest = components[:3], components[3:]
    planted = [{**other, "version": "0.1"}, {**bare, "externalReferences": []}, *rest]
    assert list(inventory.lacking({"components": planted}, pinned)) == [
        f"{gone['name']} {gone['version']}: not there",
        f"{other['name']} {other['version']}: 0.1",
        f"{bare['name']} {bare['version']}: without its hashes",
    ]


def test_a_published_weakness_is_told_and_so_is_silence() -> None:
    said = {
        "dependencies": [
            {"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]},
            {"name": "b", "version": "1", "vulns": []},
            {"name": "c", "skip_reason": "not found"},
        ]
    }
    assert parts.read(json.dumps(said)) == (2, ["a 1: PYSEC-1, mended in 2"], ["c"])
