"""A copy for trying out: nobody is in it, it works, and it is never taken for the site's database."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.dummy import EmailBackend
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import Enrolment, Profile, User
from occicor.embedded.layout import PROJECT
from privacy import audit, checks
from privacy.data_map import residue
from privacy.data_map.declarations import Erase, Holding, personal
from privacy.data_map.registry import registry
from privacy.mail.deliver import server
from privacy.models import AuditEntry
from privacy.staging import copying, mark
from rights_requests.models import RightsRequest
from tests.factories import make_enrolment, make_message, make_request, make_user
from tests.holdings import FACTORIES
from visitors.errors import server_error
from visitors.models import ContactMessage

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P6.1")]
CANARY = "Qanary7319x"


@pytest.fixture(autouse=True)
def _own_folders(settings: Any, tmp_path: Any) -> Iterator[None]:
    """Nothing is beside the copy, and what was found of its mark is forgotten."""
    for name in ("PACKAGE_DIR", "EVIDENCE_DIR", "OUTBOX_DIR"):
        setattr(settings, name, tmp_path / name)
    mark.is_copy.cache_clear()
    yield
    mark.is_copy.cache_clear()


def copied(told: list[copying.Done] | None = None) -> int:
    """As the command does, in the transaction of a test: what is deferred is settled before tables are altered."""
    connection.check_constraints()
    return copying.make_anonymous((told if told is not None else []).append)


def nobodies() -> set[str]:
    """Tables that are nobody's data: a company's name is not made up."""
    return {registry.apps.get_model(label)._meta.db_table for label in registry.nobodies}


def test_of_a_person_in_every_holding_nothing_is_left_and_the_site_works(client: Client, settings: Any) -> None:
    person = make_user("anna.lindqvist@example.org")
    for make in FACTORIES.values():
        make(person, CANARY)
    # One that is no canary: companies and teams, which stay, are called after those.
    Profile.objects.filter(user=person).update(phone="+33 6 12 34 56 78")
    needles = frozenset({CANARY.lower(), "anna.lindqvist@example.org", str(person.pk), "+33 6 12 34 56 78"})
    before = {hit.table for hit in residue.scan_tables(needles, {})}
    assert len(before) > 40, "the canaries are in their places"
    told: list[copying.Done] = []
    assert copied(told) > 0
    left = [hit for hit in residue.scan_tables(needles, {}) if hit.table not in nobodies()]
    assert left == []
    assert {done.table for done in told} >= {"accounts_user", "rights_requests_rightsrequest", "privacy_auditentry"}
    settings.STAGING_COPY = True
    assert checks.a_copy_is_no_site(databases=["default"]) == []
    mark.refuse_foreign_database()
    assert [one for one in run_checks() if one.is_serious()] == []
    assert audit.verify().ok
    assert [entry.event for entry in AuditEntry.objects.all()] == ["copy.made_anonymous"]
    made_up = User.objects.order_by("joined_at").first()
    assert made_up is not None
    client.force_login(made_up)
    for name in ("visitors:home", "rights_requests:list", "visitors:mine"):
        assert client.get(reverse(name)).status_code == 200, name


def test_what_is_made_up_is_of_its_kind_and_the_same_everywhere() -> None:
    ann, bob = make_user("ann@example.org"), make_user("bob@example.org")
    Profile.objects.filter(user=ann).update(name="Ann Ōe", phone="+49 30 1234567", address="Rue X 1\nParis")
    Profile.objects.filter(user=bob).update(name="آنا من باريس")
    work = make_enrolment("ann@example.org", user=ann)
    request = make_request(ann, message="Please tell me what you have.", language="fr")
    make_message("ann@example.org")
    copied()
    found = User.objects.get(profile__phone__startswith="+")
    assert (found.pk, found.email) not in {(ann.pk, ann.email), (bob.pk, bob.email)}
    assert found.email.endswith("@example.invalid")
    assert found.emailaddress_set.get().email == found.email == ContactMessage.objects.get().email
    assert Enrolment.objects.get().user_id == found.pk
    assert Enrolment.objects.get().customer_id == work.customer_id
    assert Enrolment.objects.get().work_email == found.email
    profile = found.profile
    assert (len(profile.name), len(profile.phone)) == (len("Ann Ōe"), len("+49 30 1234567"))
    other = Profile.objects.exclude(pk=found.pk).get()
    assert any("؀" <= sign <= "ۿ" for sign in other.name), "words stay in their script"
    kept = RightsRequest.objects.get()
    assert (kept.subject_user_id, kept.right, kept.state, kept.language) == (
        found.pk,
        *(request.right, request.state, "fr"),
    )
    assert (kept.pk != request.pk, len(kept.message)) == (True, len(request.message))
    assert not found.has_usable_password()
    with pytest.raises(IntegrityError), transaction.atomic():
        RightsRequest.objects.update(prepared_by=found, approved_by=found, right="erasure")


def test_killed_in_the_middle_it_goes_on_and_a_whole_copy_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    ann = make_user("ann@example.org")
    make_request(ann)
    told: list[copying.Done] = []
    make_up = copying._make_up

    def killed(one: Any, *given: Any) -> None:
        if one.table == "rights_requests_rightsrequest":
            raise KeyboardInterrupt
        make_up(one, *given)

    monkeypatch.setattr(copying, "_make_up", killed)
    with pytest.raises(KeyboardInterrupt):
        copied(told)
    first = User.objects.get()
    assert first.email.endswith("@example.invalid")
    assert "not whole" not in mark.fault()
    monkeypatch.setattr(copying, "_make_up", make_up)
    again: list[copying.Done] = []
    assert copied(again) > 0
    assert {done.table for done in told} & {done.table for done in again} == set(), "no table is made up twice"
    assert User.objects.get() == first
    assert RightsRequest.objects.get().subject_user_id == first.pk
    assert copied() == 0


def test_a_copy_sends_nothing_and_is_never_taken_for_the_site(settings: Any) -> None:
    assert mark.fault() == ""
    settings.STAGING_COPY = True
    with pytest.raises(ImproperlyConfigured, match="not a copy that was made anonymous"):
        mark.refuse_foreign_database()
    assert isinstance(server(), EmailBackend)
    copied()
    assert mark.fault() == ""
    settings.STAGING_COPY = False
    assert isinstance(server(), EmailBackend)
    with pytest.raises(ImproperlyConfigured, match="it is never the site's"):
        mark.refuse_foreign_database()
    assert [one.id for one in checks.a_copy_is_no_site(databases=["default"])] == ["privacy.E062"]


def test_the_command_wants_the_name_twice_and_no_site_beside_it(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    make_user("ann@example.org")
    name = connection.settings_dict["NAME"]
    said = StringIO()
    call_command("staging_copy", stdout=said)
    assert "mfa_authenticator: emptied (a second step is a secret of its person)" in said.getvalue()
    assert "Nothing was done" in said.getvalue()
    for options in (["--database", name], ["--database", "other", "--again", "other"]):
        with pytest.raises(CommandError, match=f"--database {name} --again {name} if you mean it"):
            call_command("staging_copy", *options)
    twice = ["--database", name, "--again", name]
    settings.PACKAGE_DIR.mkdir()
    (settings.PACKAGE_DIR / "somebody.bin").write_bytes(b"x")
    with pytest.raises(CommandError, match="there are files in"):
        call_command("staging_copy", *twice)
    (settings.PACKAGE_DIR / "somebody.bin").unlink()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO privacy_heartbeat (part, beat_at, detail) VALUES ('worker', clock_timestamp(), '{}')"
        )
    with pytest.raises(CommandError, match="sign of life"):
        call_command("staging_copy", *twice)
    assert User.objects.get().email == "ann@example.org"
    assert not mark.is_copy()


def test_somebody_who_is_left_is_named_and_the_copy_is_not_whole(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    make_user("ann@example.org")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE somebodys_notes (said text)")
        cursor.execute("INSERT INTO somebodys_notes VALUES ('write to ann@example.org')")
    with pytest.raises(copying.NotAnonymous, match=r"somebodys_notes\.said"):
        copied()
    settings.STAGING_COPY = True
    assert "the copy is not whole" in mark.fault()


def test_a_field_of_a_kind_for_which_nothing_is_made_up_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    class StrangeData(Holding, model=None):
        """Declared, but a file in a column is of a kind that nobody thought of."""

        erase = Erase.DELETE_ROW
        png = personal("identity")

    monkeypatch.setitem(registry.holdings, "consent.noticepicture", StrangeData)
    assert [(one.id, one.msg) for one in checks.copies_can_be_made()] == [
        ("privacy.E061", "nothing can be made up for consent.NoticePicture.png")
    ]


NOTE = "This is a copy for trying out"


def pages_of(client: Client) -> dict[str, str]:
    """One page of each frame there is: the site's, the desk's, a signed-in person's, and that of errors."""
    found = {name: client.get(reverse(name)).content.decode() for name in ("visitors:home", "rights_requests:list")}
    found["desk"] = render_to_string("admin/base_site.html")
    found["look"] = render_to_string(
        "admin/rights_requests/rightsrequest/look.html", {"filed": make_request(make_user())}
    )
    found["broken"] = server_error(RequestFactory().get("/")).content.decode()
    return found


def test_every_frame_of_a_copy_says_what_it_is_and_none_of_the_site(client: Client, settings: Any) -> None:
    client.force_login(make_user())
    assert [name for name, page in pages_of(client).items() if NOTE in page] == []
    settings.STAGING_COPY = True
    assert [name for name, page in pages_of(client).items() if NOTE not in page] == []


def test_no_frame_of_a_page_is_without_the_note() -> None:
    """What is given out as a file or a message is no page of the copy."""
    frames = [path for path in (PROJECT / "templates").rglob("*.html") if "<html" in path.read_text(encoding="utf-8")]
    without = {str(path.relative_to(PROJECT)) for path in frames if "{% staging_note %}" not in path.read_text()}
    assert without == {"templates/emails/base.html", "templates/package/base.html"}
