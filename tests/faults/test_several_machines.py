"""Web server and worker on machines of their own: each with its own folder, the database through a real pgbouncer."""

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from pytest_django import DjangoDbBlocker

from privacy.files import bucket
from tests.bucket_server import BucketServer
from tests.faults.driver import Driver
from tests.faults.machines import Machine, broker_of, own_database, secrets_of
from tests.pooler import NoPooler, Pooler
from tests.stack import eventually

# The database of the tests, which none of them touches, is what theirs is made of.
pytestmark = [
    pytest.mark.django_db(transaction=True),
    *(pytest.mark.fault, pytest.mark.promise("P5.1"), pytest.mark.promise("P5.3")),
]

PASSWORD = "a long walk in the hills"
API = "/api/v1"


class Site:
    """Two machines and what they share."""

    def __init__(self, folder: Path, server: dict[str, str], store: BucketServer, database: str) -> None:
        self.folder, self.store, self.bucket = folder, store, store.bucket()
        host, known = server["host"], f"{server['user']}:{server['password']}"
        shared = secrets_of(folder / "secrets") | {
            "DATABASE_URL": f"postgres://{known}@/{database}?host={host}",
            "REDIS_URL": broker_of(0),
            "PACKAGE_STORE_URL": self.bucket,
            "LEDGER_DIR": str(folder / "ledger"),
        }
        self.pooler = Pooler(folder / "pool", server, database)
        pooled = {"DATABASE_URL": self.pooler.url, "DATABASE_POOLED": "1"}
        self.web = Machine(folder / "web", **shared | pooled)
        self.work = Machine(folder / "work", **shared)
        self.at_web, self.at_work = Driver(self.web), Driver(self.work)

    def state_of(self, request: str) -> str:
        """The state of a request, as the web machine sees it."""
        return str(self.at_web.ask("state_of", request=request))

    def done(self, request: str) -> bool:
        """Whether a request comes to be completed."""
        return eventually(lambda: self.state_of(request) == "completed", seconds=60)

    def objects(self) -> list[str]:
        """The names of what lies in the bucket."""
        return self.store.keys(self.bucket)

    def unfinished(self) -> int:
        """How many uploads were begun and are not whole."""
        found = self.store.client.list_multipart_uploads(Bucket=self.bucket.split("/")[3])
        return len(found.get("Uploads", ()))

    def is_sending(self, request: str) -> bool:
        """Whether an upload is met in its middle, while the copy is made."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if self.unfinished():
                return True
            if self.at_work.ask("package_name", request=request):
                return False
        return False

    def stop(self) -> None:
        """End everything but the services."""
        for driver in (self.at_web, self.at_work):
            driver.close()
        for machine in (self.web, self.work):
            machine.stop()
        self.pooler.stop()


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    bucket_server: BucketServer,
) -> Iterator[Site]:
    """Web server on one machine, worker and scheduler on another."""
    database = f"several_{uuid4().hex[:8]}"
    with django_db_blocker.unblock(), own_database(database) as server:
        try:
            made = Site(tmp_path_factory.mktemp("several"), server, bucket_server, database)
        except NoPooler as why:
            pytest.skip(str(why))
        try:
            for machine, part in ((made.work, "worker"), (made.work, "scheduler"), (made.web, "web")):
                machine.start(part)
            made.web.wait_for_web()
            yield made
        finally:
            made.stop()


def files_in(machine: Machine) -> list[str]:
    """What lies in the machine's folders of sealed files."""
    return sorted(path.name for kind in ("packages", "evidence") for path in (machine.folder / kind).rglob("*"))


def test_a_person_asks_one_machine_another_makes_the_copy_and_the_first_hands_it_out(site: Site) -> None:
    """All of it by the web server's own door, whose connections are pooled; the copy never lay on its disk."""
    email = f"ann-{uuid4().hex[:8]}@example.org"
    user = site.at_web.ask("account", email=email, password=PASSWORD)
    web = site.web
    token = web.told("POST", f"{API}/auth/login", {"email": email, "password": PASSWORD})["meta"]["session_token"]
    assert web.told("GET", f"{API}/profile/", token=token)["email"] == email

    request = site.at_web.ask("ask_for", user=user, right="access")
    assert site.done(request), site.work.log("worker")
    (found,) = web.told("GET", f"{API}/requests/", token=token)["items"]
    web.asks("POST", f"{API}/auth/reauthenticate", {"password": PASSWORD}, token)
    status, archive = web.asks("POST", f"{API}/requests/{found['reference']}/download/", token=token)
    assert (status, archive[:2]) == (200, b"PK"), web.log("web")
    name = site.at_web.ask("package_name", request=request)
    assert f"packages/{name}" in site.objects()
    assert (files_in(site.web), files_in(site.work)) == ([], [])

    erasure = site.at_web.ask("ask_for", user=user, right="erasure")
    assert site.done(erasure), site.work.log("worker")
    assert site.at_work.ask("verified") == {"entries": 1, "problem": "", "audit": True}
    assert eventually(lambda: f"packages/{name}" not in site.objects(), seconds=20)
    assert web.asks("GET", f"{API}/profile/", token=token)[0] == 401


def test_files_and_lists_that_one_machine_takes_another_works_on(site: Site) -> None:
    user = site.at_web.ask("person", email=f"eve-{uuid4().hex[:8]}@example.org", canary="canary", rows=1)
    request = site.at_web.ask("ask_for", user=user, right="portability")
    kept = site.at_web.ask("keep_file", request=request, user=user, content="a face on a card")
    assert site.at_work.ask("file_of", kept=kept) == "a face on a card"
    assert site.at_work.ask("destroy_file", kept=kept)
    assert not [name for name in site.objects() if name.startswith("evidence/")]
    given = site.at_web.ask("take_list", people=50)
    assert eventually(lambda: site.at_web.ask("enrolled_by", given=given) == 50, seconds=60)
    assert (files_in(site.web), files_in(site.work)) == ([], [])


def test_connections_are_shared_and_the_pool_says_what_we_cannot(site: Site) -> None:
    assert site.at_web.ask("pool_faults") == []
    assert 1 <= len(site.at_web.ask("backends", times=20)) <= 2


def test_whatever_dies_in_the_middle_of_an_upload_there_is_one_whole_copy(
    site: Site, request: pytest.FixtureRequest
) -> None:
    """The copy goes in more than one piece, and something dies after the first: one of the two, or each in turn."""
    drawn = list(DEATHS) if os.environ.get("EVERY_DEATH") else [random.SystemRandom().choice(DEATHS)]
    request.node.add_report_section("call", "died", " ".join(drawn))
    for dies in drawn:
        _dies_in_the_middle(site, dies)


def _dies_in_the_middle(site: Site, dies: str) -> None:
    before = set(site.objects())
    for _try in range(TRIES):
        user = site.at_web.ask("person", email=f"bob-{uuid4().hex[:8]}@example.org", canary=uuid4().hex, rows=1)
        site.at_web.ask("sql", statement=LARGE.format(user=user))
        request = site.at_web.ask("ask_for", user=user, right="access")
        if site.is_sending(request):
            break
        before = set(site.objects())
    else:
        pytest.fail("no upload was met in its middle")
    if dies == "the server":
        site.store.kill()
        site.store.start()
    else:
        site.work.kill("worker")
        site.work.start("worker")
    assert site.done(request), site.work.log("worker")
    name = site.at_web.ask("package_name", request=request)
    assert site.at_web.ask("package_of", request=request, user=user) > bucket.PIECE_BYTES
    site.at_work.ask("sweep_bucket")
    assert set(site.objects()) - before == {f"packages/{name}"}
    assert site.unfinished() == 0
    assert eventually(lambda: files_in(site.work) == [], seconds=20)


TRIES = 5
DEATHS = ("the server", "the worker")
# Nothing that can be packed well: the copy is about as large as what is in it.
LARGE = """INSERT INTO post_office_email (from_email, "to", cc, bcc, subject, message, html_message,
    status, created, last_updated, backend_alias)
SELECT 'us@example.org', email, '', '', 's',
    (SELECT string_agg(md5(random()::text || n || k), '') FROM generate_series(1, 1600) k),
    '', 0, now(), now(), '' FROM accounts_user, generate_series(1, 240) n WHERE id = '{user}'"""
