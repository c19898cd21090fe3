"""The checkers of `make audit` find what is planted, and looking at nothing is no pass; no site and no browser runs."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from occicor.embedded import __main__ as commands
from occicor.embedded.layout import Layout
from occicor.embedded.problem import Problem
from occicor.embedded.stack import Stack
from tests.audit import api, csp, lighthouse, links, nu, python_tools, shown, tools, weight
from tests.audit.addresses import contents_of
from tests.audit.fetching import Answer
from tests.audit.verdict import TOLD, Verdict, table
from tests.audit.walking import NOWHERE, Page, Walk, pages_of, starts
from tests.audit.weight import Loaded
from tests.browser import Watch

SITE = "http://127.0.0.1:8000"


class Planted:
    """A site made of what a test wrote: by path the status and the text; whatever else is asked for is not there."""

    base_url = SITE

    def __init__(self, pages: Mapping[str, str | tuple[int, str]]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def asks(self, address: str) -> Answer:
        """What stands there."""
        path = address.removeprefix(SITE)
        self.asked.append(path)
        found = self.pages.get(path, (404, "<p>no</p>"))
        status, text = found if isinstance(found, tuple) else (200, found)
        kind = "text/css" if path.endswith(".css") else "text/html"
        return Answer(address, address, status, kind, text.encode(), policy="default-src 'none'")


def walked(role: str = "visitor", **pages: str | tuple[int, str]) -> Walk:
    """What a reader meets who begins at home; `home` is the page there, the others have their name as path."""
    planted = Planted({"/" if name == "home" else f"/{name}/": page for name, page in pages.items()})
    return Walk(role).goes(planted, [f"{SITE}/"])


def test_a_check_that_looked_at_nothing_did_not_pass() -> None:
    assert not Verdict.of("html", 0, []).passed
    assert Verdict.of("html", 1, []).passed
    assert not Verdict.of("html", 1, ["one"]).passed


def test_the_table_tells_the_goal_the_verdict_and_the_first_findings() -> None:
    many = [f"finding {number}" for number in range(TOLD + 2)]
    text = table(
        [Verdict.of("links", 3, many), Verdict("seo", 2, 99.5, 100, at_least=True), Verdict("kB", 1, 24.8, 60)]
    )
    rows = [re.split(r"  +", line) for line in text.splitlines()[2:5]]
    assert rows == [
        ["links", "3", "27", "0", "MISS"],
        ["seo", "2", "99.5", "≥ 100", "MISS"],
        ["kB", "1", "24.8", "≤ 60", "pass"],
    ]
    assert f"finding {TOLD - 1}" in text
    assert f"finding {TOLD}" not in text
    assert "and 2 more" in text


def test_every_address_of_a_page_is_seen_and_what_is_sent_by_post_is_not() -> None:
    page = """<a href="/a/#here">a</a> <img src="b.svg" srcset="c.png 1x, d.png 2x">
        <link rel="x" href="//other.example/e">
        <form action="/search/"><button formaction="/f/" formmethod="get">f</button></form>
        <form action="/delete/" method="post"><button formaction="/delete/all/">g</button></form>
        <a href="mailto:x@example.org">m</a><svg><use xlink:href="#mark"/></svg><p id="mark"></p>"""
    found = contents_of(page, "text/html", f"{SITE}/in/")
    addresses = [link.address.removeprefix(SITE) for link in found.links]
    wanted = ["/a/", "/in/b.svg", "/in/c.png", "/in/d.png", "http://other.example/e", "/search/", "/f/", "/in/"]
    assert addresses == wanted
    assert [link.fragment for link in found.links if link.fragment] == ["here", "mark"]
    assert found.places == {"mark"}
    css = contents_of("@import 'x.css'; a { background: url(\"../y.svg\") }", "text/css", f"{SITE}/css/z.css")
    assert [link.address.removeprefix(SITE) for link in css.links] == ["/css/x.css", "/y.svg"]


def test_a_link_to_nothing_and_to_a_place_that_is_not_there_is_broken() -> None:
    walk = walked(
        home='<a href="/gone/">1</a> <a href="/there/#no">2</a> <a href="/there/#yes">3</a> <a href="https://x.example/">4</a>',
        there='<p id="yes"><a href="#nowhere">5</a></p>',
    )
    assert list(links.broken(walk)) == [
        "/ (visitor): /gone/ answers 404",
        "/ (visitor): /there/#no names a place that is not there",
        "/there/ (visitor): #nowhere names a place that is not there",
    ]
    assert walk.elsewhere == {"https://x.example/": f"{SITE}/"}


def test_a_page_that_is_not_there_may_lead_to_itself_and_to_nothing_else_that_is_missing() -> None:
    walk = Walk("visitor").goes(
        Planted({"/x/": (404, '<a href="#main">a</a> <a href="/fr/x/">b</a> <a href="/gone/">c</a>')}), [f"{SITE}/x/"]
    )
    assert list(links.broken(walk)) == ["/x/ (visitor): /gone/ answers 404"]


def test_a_letter_to_somebody_else_leads_to_what_works_for_them() -> None:
    walk = walked(home='<a href="/outbox/">', outbox='<a href="/theirs/"> <a href="/nobodys/">')
    assert list(links.broken(walk, {f"{SITE}/theirs/"})) == ["/outbox/ (visitor): /nobodys/ answers 404"]


def test_ways_to_sort_a_list_are_each_asked_for_once_and_lead_no_further() -> None:
    planted = Planted({"/": '<a href="/?o=1">', "/?o=1": '<a href="/?o=1.2">', "/?o=1.2": '<a href="/?o=1.2.3">'})
    Walk("visitor").goes(planted, [f"{SITE}/"])
    assert planted.asked == ["/", "/?o=1"]


def test_it_begins_at_every_address_of_the_site_in_every_language_and_at_those_of_the_site_map() -> None:
    found = starts(SITE, "<loc>http://127.0.0.1:8000/only/in/the/map/</loc>")
    assert {f"{SITE}{path}" for path in ("/", "/fr/", "/ar/", "/contact/", "/ar/contact/", "/admin/")} <= set(found)
    assert {f"{SITE}/{NOWHERE}", f"{SITE}/fr/{NOWHERE}", f"{SITE}/only/in/the/map/"} <= set(found)
    assert not [address for address in found if "<" in address or "(?P" in address]


def test_each_page_is_looked_at_once_as_the_first_who_may_open_it_and_rows_alike_only_twice() -> None:
    rows = {f"/requests/OC-000{number}/": "<p>row</p>" for number in range(5)}
    shared = {"/": "".join(f'<a href="{path}">' for path in rows), **rows, "/contact/": "<p>write</p>"}
    visitor = Walk("visitor").goes(
        Planted({"/": "<p>home</p>"}), [f"{SITE}/", f"{SITE}/contact/", f"{SITE}/ar/{NOWHERE}"]
    )
    agent = Walk("agent").goes(Planted(shared), [f"{SITE}/", f"{SITE}/contact/"])
    found = [(page.role, page.language, page.address.removeprefix(SITE)) for page in pages_of([visitor, agent])]
    assert found == [
        ("visitor", "en", "/"),
        ("visitor", "ar", f"/ar/{NOWHERE}"),
        ("agent", "en", "/contact/"),
        ("agent", "en", "/requests/OC-0000/"),
        ("agent", "en", "/requests/OC-0001/"),
    ]


def test_an_error_of_the_nu_html_checker_names_its_page_and_a_remark_is_none() -> None:
    said = [
        {"type": "error", "url": "file:/x/0001.html", "lastLine": 9, "message": "Stray end tag.", "extract": "</b>\n"},
        {"type": "info", "url": "file:/x/0001.html", "message": "Trailing slash.", "extract": "<br/>"},
        {"type": "non-document-error", "message": "File not found."},
    ]
    found = list(nu.errors(json.dumps({"messages": said}), {"0001.html": "/privacy/ (visitor)"}))
    assert found == ["/privacy/ (visitor), line 9: Stray end tag. [</b>]", ", line ?: File not found. []"]


def test_a_weak_policy_is_told_with_a_page_that_has_it() -> None:
    said = [
        [],
        [{"severity": 10, "directive": "script-src", "value": "*", "description": "Too wide."}, {"severity": 60}],
    ]
    assert csp.weaknesses(said, ["good", "weak"], {"weak": "/a/"}) == ["/a/: script-src *: Too wide."]


def test_a_heavy_home_too_much_script_and_a_file_of_others_each_miss() -> None:
    heavy = [Loaded(f"{SITE}/", "Document", 50_000), Loaded(f"{SITE}/a.js", "Script", 11_000)]
    heavy.append(Loaded("https://cdn.example/f.woff2", "Font", 900))
    found = list(weight.judged({"/": [Loaded(f"{SITE}/", "Document", 900)], "/fr/": heavy}, SITE))
    assert [verdict.passed for verdict in found] == [False, False, False]
    assert round(found[0].found, 1) == 60.4
    assert list(found[2].findings) == ["/fr/: https://cdn.example/f.woff2"]
    assert [verdict.passed for verdict in weight.judged({}, SITE)] == [False, False, False]


def report(score: float, *, at: str = f"{SITE}/", shift: float = 0.0) -> dict[str, Any]:
    """What Lighthouse writes, as far as it is read."""
    refs = [{"id": "contrast", "weight": 3}, {"id": "manual", "weight": 0}]
    audits = {
        "contrast": {"title": "Pale", "score": score},
        "manual": {"title": "Look", "score": 0},
        "cumulative-layout-shift": {"numericValue": shift},
    }
    categories = {name: {"score": score, "auditRefs": refs} for name in lighthouse.GOALS}
    return {"finalDisplayedUrl": at, "categories": categories, "audits": audits}


def test_a_score_below_its_goal_and_any_shift_miss_and_the_reason_is_told() -> None:
    runs = {
        "home": [lighthouse.read(report(1.0), f"{SITE}/")],
        "policy": [lighthouse.read(report(0.97, shift=0.01), f"{SITE}/")],
    }
    found = {verdict.check: verdict for verdict in lighthouse.judged(runs, [])}
    assert [verdict.passed for verdict in found.values()] == [False] * 5
    assert list(found["lighthouse: seo"].findings) == ["policy: 97; Pale (contrast)"]
    assert list(found["lighthouse: layout shift"].findings) == ["policy: 0.0100"]
    assert all(verdict.passed for verdict in lighthouse.judged({"home": runs["home"]}, ["policy"]))
    assert not any(verdict.passed for verdict in lighthouse.judged({}, ["home"]))


def test_the_median_of_the_runs_counts() -> None:
    slow, quick = (lighthouse.read(report(score), f"{SITE}/") for score in (0.9, 1.0))
    assert all(verdict.passed for verdict in lighthouse.judged({"home": [slow, quick, quick]}, []))
    assert not any(verdict.passed for verdict in list(lighthouse.judged({"home": [slow, slow, quick]}, []))[:4])


def test_a_report_about_another_page_counts_for_nothing() -> None:
    with pytest.raises(Problem, match="/account/login/"):
        lighthouse.read(report(1.0, at=f"{SITE}/account/login/"), f"{SITE}/account/")


def heard(status: int = 200) -> shown.Seen:
    """What is noted down of a page on which everything went wrong that can."""
    seen = shown.Seen()
    console = ["Refused by Content Security Policy", "Failed to load resource: 404", "odd"]
    watch = Watch(console=console, errors=["TypeError"], elsewhere=["https://x.example/"])
    page = Page("visitor", "en", Answer(f"{SITE}/a/", f"{SITE}/a/", status, "text/html", b""))
    seen.take(watch, page)
    assert watch.complaints == []
    return seen


def test_what_a_browser_complains_about_is_told_by_kind() -> None:
    seen, where = heard(), "/a/ (visitor)"
    assert seen.refused == [f"{where}: Refused by Content Security Policy"]
    assert seen.elsewhere == [f"{where}: https://x.example/"]
    assert seen.errors == [f"{where}: Failed to load resource: 404", f"{where}: odd", f"{where}: TypeError"]
    assert len(heard(404).errors) == 2


def test_a_violation_is_told_once_with_the_looks_that_have_it() -> None:
    assert list(shown.told({"color-contrast": ["dark 1280", "dark 320"]}, "/a/")) == [
        "/a/ [dark 1280, dark 320]: color-contrast"
    ]


def test_what_is_missing_on_this_computer_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for program, answer in {"node": "v18.20.0", "npm": "", "java": ""}.items():
        with pytest.raises(Problem, match=re.escape(tools.WANTED[program])):
            tools.Tools.ensure(tmp_path, "chromium", print)
        (tmp_path / program).write_text(f"#!/bin/sh\necho {answer}\n", encoding="ascii")
        (tmp_path / program).chmod(0o755)
    with pytest.raises(Problem, match=r"This is v18\.20\.0"):
        tools.Tools.ensure(tmp_path, "chromium", print)


def test_they_are_installed_anew_when_other_versions_are_named(tmp_path: Path) -> None:
    found = tools.Tools(tmp_path, "chromium")
    assert found.out_of_date()
    (tmp_path / "installed").write_text(tools._wanted_versions(), encoding="utf-8")
    assert not found.out_of_date()
    (tmp_path / "installed").write_text("{}", encoding="utf-8")
    assert found.out_of_date()


def test_every_version_is_pinned_with_its_hash_and_no_place_to_load_it_from() -> None:
    wanted, locked = (json.loads((tools.HERE / name).read_text(encoding="utf-8")) for name in tools.LISTS)
    packages = {name: entry for name, entry in locked["packages"].items() if name}
    assert all(re.fullmatch(r"[\d.]+", version) for version in wanted["dependencies"].values())
    installed = {name: packages[f"node_modules/{name}"]["version"] for name in wanted["dependencies"]}
    assert installed == wanted["dependencies"]
    assert [name for name, entry in packages.items() if "integrity" not in entry or "resolved" in entry] == []


def test_what_schemathesis_found_is_told_by_operation() -> None:
    report = """<testsuites><testsuite>
        <testcase name="GET /one"/>
        <testcase name="POST /two"><failure message="1. Test Case ID: x&#10;- Server error"/></testcase>
    </testsuite></testsuites>"""
    assert api.read(report) == (2, ["POST /two: 1. Test Case ID: x - Server error"])


@pytest.mark.parametrize(
    ("name", "program"), [("python", "schemathesis"), ("scanner", "wapiti3"), ("parts", "pip-audit")]
)
def test_every_python_checker_is_pinned_with_its_hash_and_no_place_to_load_it_from(name: str, program: str) -> None:
    pinned = python_tools.PINNED[name].read_text(encoding="utf-8")
    assert re.search(rf"^{program}==[\d.]+ ", pinned, re.MULTILINE)
    assert "--hash=sha256:" in pinned
    assert "://" not in pinned


def test_the_audit_never_touches_a_site_of_yours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in commands.OF_ANOTHER_SITE:
        monkeypatch.setenv(name, "yours")
    monkeypatch.setattr("occicor.embedded.chromium.ensure", lambda say: "chromium")
    begun: list[tuple[list[str], Stack]] = []
    monkeypatch.setattr(commands, "with_services", lambda command, stack, start: begun.append((command, stack)) or 0)
    left = tmp_path / "site" / "demo-accounts.json"
    left.parent.mkdir()
    left.write_text("[]", encoding="ascii")
    assert commands.audit(Layout(tmp_path), ["links"]) == 0
    ((command, stack),) = begun
    assert command[1:] == ["-m", "tests.audit.run", "links"]
    assert "yours" not in stack.env.values()
    assert stack.env["SITE_URL"].startswith("http://127.0.0.1:")
    assert stack.env["VAR_DIR"] == str(tmp_path / "site")
    assert not left.exists()
    assert "yours" not in os.environ.values()
