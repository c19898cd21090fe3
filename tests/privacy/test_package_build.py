"""The package of a real person: complete, readable by standard tools, true to its schema, signed, and nobody else's."""

import csv
import io
import json
import resource
import shutil
import subprocess
import zipfile
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import vobject
from django.db import connection
from django.utils import timezone
from jsonschema import Draft202012Validator
from post_office.models import Email

from accounts.models import Profile, User
from privacy.data_map.registry import registry
from privacy.data_map.subject import subject_of_user
from privacy.package import build
from privacy.package.build import BuiltPackage, PackageInfo, build_package
from privacy.package.contents import Copied
from privacy.package.lines import FEW_ROWS
from privacy.package.manifest import values_by_reason
from privacy.package.open import plaintext
from privacy.package.redactions import Redaction, Why
from privacy.package.seal import SealBroken
from privacy.package.vcard import MOST_ROWS
from privacy.vocabulary import Right
from rights_requests.verification import Verdict, check
from tests.consent.factories import make_event
from tests.factories import make_user
from tests.holdings import FACTORIES
from tests.sign_in_factories import make_sign_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P5.1")]

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
ALL_THAT_A_PERSON_CAN_HOLD = ("accounts.profile", "usersessions.usersession", "post_office.email", "admin.logentry")


def package_of(user: User, folder: Path, language: str = "en") -> tuple[BuiltPackage, Path]:
    path = folder / f"{uuid4()}.1.part"
    about = PackageInfo("K7PM-42QX", Right.ACCESS, timezone.now() - timedelta(days=3), language)
    built = build_package(subject=subject_of_user(user.pk), path_part=path, about=about, now=timezone.now())
    return built, path


def opened(built: BuiltPackage, path: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(plaintext(path, built.key))))


def person_with(canary: str, *labels: str) -> User:
    user = make_user(f"{uuid4().hex}@example.org")
    for label in labels:
        FACTORIES[label](user, canary)
    return user


def lines_of(package: zipfile.ZipFile, slug: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in package.read(f"data/{slug}.jsonl").splitlines()]


def test_nobody_reads_a_message_a_second_time_as_markup(tmp_path: Path) -> None:
    """The HTML of a message is in the files, where a program finds it; the pages say what it says once, as text."""
    user = make_user("ann@example.org")
    html = "<!doctype html><p>We have your request</p>"
    Email.objects.create(from_email="a@example.org", to="ann@example.org", message="In words.", html_message=html)
    package = opened(*package_of(user, tmp_path))
    assert [line["html_message"] for line in lines_of(package, "post_office-email")] == [html]
    page = package.read("index.html").decode()
    assert "In words." in page
    assert "&lt;!doctype" not in page


def test_the_package_opens_with_standard_tools_and_all_members_are_there(tmp_path: Path) -> None:
    built, path = package_of(person_with("canary", *ALL_THAT_A_PERSON_CAN_HOLD), tmp_path)
    package = opened(built, path)
    assert package.testzip() is None
    names = set(package.namelist())
    assert {
        "index.html",
        "style.css",
        "README.txt",
        "schema.json",
        "manifest.json",
        "manifest.json.sig",
        "profile.vcf",
        "consent/consents.json",
        "data/accounts-user.jsonl",
        "csv/accounts-user.csv",
    } <= names
    content = b"".join(plaintext(path, built.key))
    assert (built.size, built.sha256) == (len(content), sha256(content).hexdigest())
    assert built.sealed_size == path.stat().st_size
    assert path.stat().st_mode & 0o777 == 0o600
    if shutil.which("unzip"):
        (tmp_path / "plain.zip").write_bytes(content)
        done = subprocess.run(["unzip", "-t", tmp_path / "plain.zip"], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_every_line_and_the_manifest_fit_the_schema(tmp_path: Path) -> None:
    user = person_with("canary", *(label for label in FACTORIES if not label.startswith("rights_requests")))
    package = opened(*package_of(user, tmp_path))
    schema = json.loads(package.read("schema.json"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(json.loads(package.read("manifest.json")))
    slugs = [name[5:-6] for name in package.namelist() if name.startswith("data/")]
    assert len(slugs) > 8
    for slug in slugs:
        validator = Draft202012Validator({"$ref": f"#/$defs/{slug}", "$defs": schema["$defs"]})
        for line in lines_of(package, slug):
            validator.validate(line)
            assert not validator.is_valid({**line, "surprise": 1})


def test_the_manifest_lists_every_member_with_its_hash_and_is_signed(tmp_path: Path) -> None:
    built, path = package_of(person_with("canary", "accounts.profile"), tmp_path)
    package = opened(built, path)
    manifest = json.loads(package.read("manifest.json"))
    assert manifest == built.manifest
    listed = {member["name"]: member for member in manifest["members"]}
    assert set(listed) == set(package.namelist()) - {"manifest.json", "manifest.json.sig"}
    for name, member in listed.items():
        content = package.read(name)
        assert (member["size"], member["sha256"]) == (len(content), sha256(content).hexdigest())


def test_the_signature_fits_the_manifest_and_nothing_else(tmp_path: Path) -> None:
    package = opened(*package_of(person_with("canary"), tmp_path))
    content, signature = package.read("manifest.json").decode(), package.read("manifest.json.sig").decode()
    checked = check(content, signature)
    assert (checked.verdict, checked.kind, checked.reference) == (Verdict.GENUINE, "manifest", "K7PM-42QX")
    assert check(content.replace('"count":1', '"count":2', 1), signature).verdict is Verdict.ALTERED
    other = opened(*package_of(person_with("canary"), tmp_path)).read("manifest.json.sig").decode()
    assert check(content, other).verdict is Verdict.ALTERED


def test_the_manifest_says_what_the_law_asks_for_and_names_nobody(tmp_path: Path) -> None:
    user = person_with("canary", "accounts.profile", "post_office.email")
    manifest = package_of(user, tmp_path)[0].manifest
    by_slug = {holding["slug"]: holding for holding in manifest["holdings"]}
    assert set(by_slug) == {holding.slug() for holding in registry.holdings.values()}
    for holding in manifest["holdings"]:
        assert all(holding[fact] for fact in ("title", "description", "purposes", "basis", "source", "retention"))
        assert holding["files"] or not holding["count"] or not holding["fields"]
    assert by_slug["accounts-user"]["count"] == 1
    assert {right["code"] for right in manifest["rights"]} >= {"rectification", "erasure", "restriction", "objection"}
    assert manifest["complaint"]["country"] == "FR"
    assert manifest["automated_decisions"]["made"] is False
    assert manifest["transfers"]["text"]
    reasons = {omission["code"]: omission for omission in manifest["omissions"]}
    assert "password" in reasons["secret"]["fields"]["accounts-user"]
    assert "store" in reasons
    said = json.dumps(manifest)
    assert user.email not in said
    assert str(user.pk) not in said
    assert "canary" not in said


def test_only_the_persons_own_rows_and_only_exported_fields_go_in(tmp_path: Path) -> None:
    mine, theirs = person_with("canary-mine", "accounts.profile"), person_with("canary-theirs", "accounts.profile")
    package = opened(*package_of(mine, tmp_path))
    everything = b"".join(package.read(name) for name in package.namelist())
    assert b"canary-mine" in everything
    assert b"canary-theirs" not in everything
    assert theirs.email.encode() not in everything
    assert mine.password.encode() not in everything
    assert b"argon2" not in everything


def test_two_packages_of_one_person_share_no_sealed_bytes(tmp_path: Path) -> None:
    user = person_with("canary")
    (one, first), (two, second) = package_of(user, tmp_path), package_of(user, tmp_path)
    assert one.key != two.key
    blocks = {first.read_bytes()[at : at + 16] for at in range(32, first.stat().st_size - 16)}
    theirs = second.read_bytes()
    assert not any(theirs[at : at + 16] in blocks for at in range(32, len(theirs) - 16))
    with pytest.raises(SealBroken):
        b"".join(plaintext(first, two.key))


def test_names_of_members_never_come_from_data(tmp_path: Path) -> None:
    user = person_with("x")
    Profile.objects.filter(user=user).update(name="../../evil", workplace="C:\\evil", position="evil\n.html")
    FACTORIES["admin.logentry"](user, "/etc/evil.csv")
    package = opened(*package_of(user, tmp_path))
    assert not any("evil" in name for name in package.namelist())
    package.extractall(tmp_path / "out")
    assert all(found.is_relative_to(tmp_path / "out") for found in (tmp_path / "out").rglob("*"))


def test_values_survive_exactly_and_formulas_are_only_text(tmp_path: Path) -> None:
    user = person_with("x")
    values = {"name": '=HYPERLINK("http://evil")', "workplace": "+33", "position": "@SUM(1)", "phone": "-1"}
    address = 'a "quoted" line,\r\nsecond line\t\x01 naïve 你好 \\ end'
    Profile.objects.filter(user=user).update(**values, address=address)
    package = opened(*package_of(user, tmp_path))
    (line,) = lines_of(package, "accounts-profile")
    assert {name: line[name] for name in [*values, "address"]} == {**values, "address": address}
    table = io.StringIO(package.read("csv/accounts-profile.csv").decode("utf-8-sig"), newline="")
    (row,) = csv.DictReader(table, strict=True)
    assert {name: row[name] for name in values} == {name: f"'{value}" for name, value in values.items()}
    assert row["address"] == address


def test_another_persons_address_is_hidden_everywhere_and_counted(tmp_path: Path) -> None:
    user = person_with("x")
    (mail,) = FACTORIES["post_office.email"](user, "hello")
    type(mail).objects.filter(pk=mail.pk).update(cc="eve@elsewhere.example, mallory@elsewhere.example")
    built, path = package_of(user, tmp_path)
    package = opened(built, path)
    assert not any(b"elsewhere.example" in package.read(name) for name in package.namelist())
    assert lines_of(package, "post_office-email")[0]["cc"] == "[another person]"
    (omission,) = [omission for omission in built.manifest["omissions"] if omission["code"] == "another_person"]
    assert (omission["count"], omission["values"]) == (1, {"post_office-email": 1})
    assert "another person’s data is hidden" in package.read("index.html").decode()


def test_the_address_card_can_be_read_by_an_address_book(tmp_path: Path) -> None:
    user = person_with("x")
    told = {"name": "Zoë, O’Neil; jr \\", "phone": "+33 1 23", "address": "1 rue X\n75001 Paris", "workplace": "é" * 90}
    Profile.objects.filter(user=user).update(**told, position="Buyer")
    content = opened(*package_of(user, tmp_path)).read("profile.vcf").decode()
    assert all(len(line.encode()) <= 75 for line in content.split("\r\n"))
    card = vobject.readOne(content)
    assert card.version.value == "4.0"
    assert card.fn.value == told["name"]
    assert card.email.value == user.email
    assert card.tel.value == told["phone"]
    assert card.title.value == "Buyer"
    assert card.adr.value.street == told["address"]
    assert card.org.value == [told["workplace"]]


def test_without_a_name_the_card_still_has_one(tmp_path: Path) -> None:
    user = person_with("x")
    card = vobject.readOne(opened(*package_of(user, tmp_path)).read("profile.vcf").decode())
    assert card.fn.value == user.email


def test_a_person_without_preferences_gets_a_truthful_empty_list(tmp_path: Path) -> None:
    package = opened(*package_of(person_with("x"), tmp_path))
    assert json.loads(package.read("consent/consents.json")) == {"consents": []}


def test_the_package_speaks_the_persons_language(tmp_path: Path) -> None:
    user = person_with("x")
    french = opened(*package_of(user, tmp_path, "fr")).read("index.html").decode()
    arabic = opened(*package_of(user, tmp_path, "ar")).read("index.html").decode()
    assert '<html lang="fr" dir="ltr">' in french
    assert '<html lang="ar" dir="rtl">' in arabic


def test_the_heartbeat_is_felt_between_holdings_and_can_stop_the_work(tmp_path: Path) -> None:
    user, beats = person_with("x"), []
    path = tmp_path / f"{uuid4()}.1.part"
    about = PackageInfo("K7PM-42QX", Right.ACCESS, timezone.now(), "en")

    def beat() -> None:
        beats.append(1)
        if len(beats) == 4:
            raise RuntimeError("the lease is lost")

    subject = subject_of_user(user.pk)
    with pytest.raises(RuntimeError, match="lease"):
        build_package(subject=subject, path_part=path, about=about, now=timezone.now(), heartbeat=beat)
    assert not path.exists()


def test_rows_written_while_it_is_built_are_not_half_in_it(tmp_path: Path) -> None:
    user = person_with("x")
    path = tmp_path / f"{uuid4()}.1.part"
    about = PackageInfo("K7PM-42QX", Right.ACCESS, timezone.now(), "en")
    beats: list[int] = []

    def beat() -> None:
        beats.append(1)
        if len(beats) == 2:
            FACTORIES["usersessions.usersession"](user, "too late")

    subject = subject_of_user(user.pk)
    built = build_package(subject=subject, path_part=path, about=about, now=timezone.now(), heartbeat=beat)
    assert "data/usersessions-usersession.jsonl" not in opened(built, path).namelist()


def many_sessions(user: User, count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO usersessions_usersession"
            " (user_id, ip, user_agent, created_at, last_seen_at, session_key, data)"
            " SELECT %s, '192.0.2.7', repeat('agent ', 30), now(), now(), md5(n::text || %s), '{}'"
            " FROM generate_series(1, %s) n",
            [user.pk, uuid4().hex, count],
        )


@pytest.mark.parametrize("count", [FEW_ROWS, FEW_ROWS + 1])
def test_few_rows_and_many_are_all_there_once(tmp_path: Path, count: int) -> None:
    user = person_with("x", "accounts.profile")
    many_sessions(user, count)
    package = opened(*package_of(user, tmp_path))
    table = package.read("csv/usersessions-usersession.csv").decode("utf-8-sig")
    assert len(lines_of(package, "usersessions-usersession")) == count
    assert len(list(csv.reader(io.StringIO(table)))) == count + 1
    assert len(lines_of(package, "accounts-profile")) == 1


def test_memory_stays_flat_however_many_rows_there_are(tmp_path: Path) -> None:
    user = person_with("x")
    package_of(user, tmp_path)
    many_sessions(user, 60_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    built, _path = package_of(user, tmp_path)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert 60_000 in {holding["count"] for holding in built.manifest["holdings"]}
    assert grown <= 16 * 1024, f"{grown} kB more at the peak"


def test_rows_of_holdings_with_hidden_values_are_not_kept_all_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = person_with("x")
    many_sessions(user, 30)
    for _number in range(30):
        make_sign_in(user)
    copies: list[Copied] = []
    asked = build._asked

    def noted(*words: Any) -> Copied:
        copies.append(asked(*words))
        return copies[-1]

    monkeypatch.setattr(build, "_asked", noted)
    redactions = (Redaction(Why("security", "", ""), term="firefox"), Redaction(Why("security", "", ""), term="agent"))
    about = PackageInfo("K7PM-42QX", Right.ACCESS, timezone.now(), "en", redactions=redactions)
    kept: list[int] = []

    def beat() -> None:
        kept.append(sum(len(copied.lines) > MOST_ROWS for copied in copies))

    path, subject = tmp_path / f"{uuid4()}.1.part", subject_of_user(user.pk)
    built = build_package(subject=subject, path_part=path, about=about, now=timezone.now(), heartbeat=beat)
    assert sorted(holding["count"] for holding in built.manifest["holdings"])[-2:] == [30, 30]
    assert sum(values_by_reason(built.manifest).values()) >= 30
    assert max(kept) == 1


@pytest.mark.promise("P11.1")
def test_the_receipts_of_all_choices_go_with_the_rows_that_prove_them(tmp_path: Path) -> None:
    person, other = person_with("canary"), person_with("canary")
    for days_ago in (2, 1):
        make_event(person, days_ago=days_ago)
    make_event(other)
    package = opened(*package_of(person, tmp_path))
    graph = json.loads(package.read("consent/receipts.jsonld"))["@graph"]
    keys = [receipt["dpv:hasRecordOfActivity"]["dct:identifier"] for receipt in graph]
    assert keys == [line["key"] for line in lines_of(package, "consent-consentevent")]
    assert len(keys) == 2
