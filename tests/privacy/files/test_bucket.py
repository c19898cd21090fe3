"""Files in a bucket of a real server: whole or not at all, gone when they are removed, and refused where they stay."""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from unittest import mock

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from occicor import health
from occicor.file_store_address import bucket_storages
from privacy import files
from privacy.data_map.registry import registry
from privacy.files import Away, bucket, sound
from privacy.package.seal import SealBroken
from privacy.uploads import vault
from privacy.uploads.vault import Gone, destroy, put, read, sweep_leftovers
from tests.bucket_server import KEY, BucketServer

pytestmark = [pytest.mark.promise("P4.1"), pytest.mark.promise("P5.3")]

KNOWN = "key:hush"
CONTENT = b"\xff\xd8\xff the face on the identity card " * 5000


@pytest.fixture
def address(bucket_server: BucketServer, settings: Any, tmp_path: Path) -> str:
    """A prefix of the bucket that is used from now on."""
    found = bucket_server.bucket()
    use(settings, found, tmp_path)
    return found


def use(settings: Any, address: str, folder: Path) -> None:
    settings.EVIDENCE_DIR, settings.PACKAGE_DIR = folder / "evidence", folder / "packages"
    settings.STORAGES = settings.STORAGES | bucket_storages(address)


def part(folder: Path, size: int) -> Path:
    path = folder / "a.1.part"
    path.write_bytes(os.urandom(size))
    return path


def nothing() -> None:
    """Go on."""


def test_evidence_lies_sealed_in_the_bucket_and_opens_as_it_was(
    address: str, bucket_server: BucketServer, tmp_path: Path
) -> None:
    stored = put(CONTENT)
    assert bucket_server.keys(address) == [f"evidence/{stored.name}"]
    assert list((tmp_path / "evidence").iterdir()) == []
    assert read(stored.name, stored.wrapped_key) == CONTENT
    with pytest.raises(SealBroken):
        read(stored.name, put(CONTENT).wrapped_key)
    assert destroy(stored.name)
    assert not destroy(stored.name)
    with pytest.raises(Gone):
        read(stored.name, stored.wrapped_key)


def test_a_large_file_goes_and_comes_in_pieces_and_every_byte_is_the_same(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, beats = part(tmp_path, 2 * bucket.PIECE_BYTES + 12_345), []
    place = files.packages()
    place.send(written, "a.1.sealed", lambda: beats.append(1))
    sent = place.file("a.1.sealed")
    with sent.open("rb") as source:
        assert b"".join(iter(lambda: source.read(100_000), b"")) == written.read_bytes()
    assert len(beats) >= 3
    place.publish(written, "a.1.sealed")
    assert not written.exists()


def test_whoever_lost_the_right_to_send_stops_in_the_middle_and_nothing_is_there(
    address: str, bucket_server: BucketServer, tmp_path: Path
) -> None:
    def lost() -> None:
        raise ValueError("the lease is lost")

    with pytest.raises(ValueError, match="lease"):
        files.packages().send(part(tmp_path, 2 * bucket.PIECE_BYTES), "a.1.sealed", lost)
    assert bucket_server.keys(address) == []
    assert files.packages().drop_unfinished(lambda _name: False) == 0


def test_what_was_half_sent_is_ended_unless_somebody_still_sends_it(address: str, bucket_server: BucketServer) -> None:
    where, prefix = address.split("/")[3], address.split("/")[4]
    for name in ("theirs", "nobodys"):
        bucket_server.client.create_multipart_upload(Bucket=where, Key=f"{prefix}/packages/{name}")
    place = files.packages()
    assert place.drop_unfinished(lambda name: name == "theirs") == 1
    assert place.drop_unfinished(lambda _name: False) == 1


def test_the_sweep_takes_what_no_row_names_and_leaves_the_rest(
    address: str, monkeypatch: pytest.MonkeyPatch, bucket_server: BucketServer
) -> None:
    live, _orphan = put(CONTENT), put(CONTENT)
    assert sweep_leftovers(lambda: {live.name}) == 0
    monkeypatch.setattr(vault, "LEFTOVER_SECONDS", -60)
    assert sweep_leftovers(lambda: {live.name}) == 1
    assert bucket_server.keys(address) == [f"evidence/{live.name}"]


def test_the_search_for_residue_reads_what_is_not_sealed_and_every_name(
    address: str, bucket_server: BucketServer
) -> None:
    put(b"written by ann@example.org")
    store, ann = registry.stores["evidence"], frozenset({"ann@example.org"})
    with mock.patch.object(bucket._Pieces, "readinto", autospec=True, side_effect=bucket._Pieces.readinto) as looked:
        assert store.verify(ann) == []
    assert [len(call.args[1]) for call in looked.call_args_list] == [5]
    where, prefix = address.split("/")[3], address.split("/")[4]
    for name, body in (("plain", b"by Ann@example.org"), ("ann@example.org", b"OCSP1"), ("other", b"x")):
        bucket_server.client.put_object(Bucket=where, Key=f"{prefix}/evidence/{name}", Body=body)
    assert store.verify(ann) == ["ann@example.org", "plain"]


def test_a_bucket_that_keeps_versions_is_refused_and_what_it_kept_goes_all_the_same(
    bucket_server: BucketServer, settings: Any, tmp_path: Path
) -> None:
    use(settings, bucket_server.bucket("keeps-all"), tmp_path)
    client = bucket_server.client
    client.put_bucket_versioning(Bucket="keeps-all", VersioningConfiguration={"Status": "Enabled"})
    with pytest.raises(ImproperlyConfigured, match="versioning is Enabled: what is deleted stays"):
        sound.refuse_unsound_start()
    with pytest.raises(CommandError, match="versioning"):
        call_command("check_package_store")
    stored = put(CONTENT)
    assert destroy(stored.name)
    left = client.list_object_versions(Bucket="keeps-all")
    assert not left.get("Versions")
    assert not left.get("DeleteMarkers")


def test_what_only_an_old_version_is_left_of_is_not_gone_yet(
    bucket_server: BucketServer, settings: Any, tmp_path: Path
) -> None:
    """Whoever deleted it died, or was somebody else: the newest version is the mark of a deletion."""
    client = bucket_server.client
    use(settings, bucket_server.bucket("keeps-old"), tmp_path)
    client.put_bucket_versioning(Bucket="keeps-old", VersioningConfiguration={"Status": "Enabled"})
    stored = put(CONTENT)
    (kept,) = client.list_objects_v2(Bucket="keeps-old")["Contents"]
    client.delete_object(Bucket="keeps-old", Key=kept["Key"])
    assert client.list_object_versions(Bucket="keeps-old")["Versions"]
    assert destroy(stored.name)
    assert not client.list_object_versions(Bucket="keeps-old").get("Versions")
    assert not destroy(stored.name)


ANSWERS = {
    "xml": (500, "application/xml", b"<Error><Code>InternalError</Code></Error>"),
    "slow down": (503, "application/xml", b"<Error><Code>SlowDown</Code></Error>"),
    "proxy": (502, "text/html", b"<html>Bad Gateway</html>"),
    "page": (200, "text/html", b"<html>We will be back soon"),
    "half": (500, "application/xml", b"<Error><Code>InternalError</Code></Error>"),
}
NAME = "a" * 32 + ".sealed"


@pytest.fixture(params=ANSWERS)
def failing_server(
    request: pytest.FixtureRequest, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """A bucket whose server, or what stands before it, gives everybody the same answer."""
    status, kind, body = ANSWERS[request.param]

    class Answering(BaseHTTPRequestHandler):
        """One answer for all."""

        def answer(self) -> None:
            """Read what was sent, say it."""
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200 if self.command == "HEAD" and request.param == "half" else status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = answer  # noqa: N815 - so they are called there

        def log_message(self, *_said: Any) -> None:
            """Nothing."""

    monkeypatch.setattr(bucket, "TRIES", 1)
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        use(settings, f"s3+http://{KNOWN}@127.0.0.1:{server.server_port}/sealed/x", tmp_path)
        yield
        server.shutdown()


@pytest.mark.usefixtures("failing_server")
@pytest.mark.parametrize(
    "act",
    [
        lambda: put(CONTENT),
        lambda: destroy(NAME),
        lambda: list(files.packages().elsewhere()),
        lambda: files.packages().drop_unfinished(lambda _name: False),
        lambda: list(sound.faults()),
    ],
    ids=["put", "destroy", "elsewhere", "unfinished", "faults"],
)
def test_a_server_that_fails_is_away_whatever_was_asked(act: Callable[[], object]) -> None:
    with pytest.raises(Away):
        act()


def test_a_bucket_that_does_not_let_go_is_told_and_the_deletion_does_not_count(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = put(CONTENT)
    client = type(files.evidence()._storage.client)
    monkeypatch.setattr(client, "delete_object", lambda *_args, **_more: {}, raising=False)
    with pytest.raises(Away, match="keeps what was deleted"):
        destroy(stored.name)


def test_a_sound_bucket_is_tried_and_left_empty(
    address: str, bucket_server: BucketServer, capsys: pytest.CaptureFixture[str]
) -> None:
    sound.refuse_unsound_start()
    call_command("check_package_store")
    assert "a file was sent, read and deleted" in capsys.readouterr().out
    assert bucket_server.keys(address) == []


def test_files_of_a_folder_are_carried_to_the_new_bucket_once(
    address: str, bucket_server: BucketServer, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    new = settings.STORAGES
    settings.STORAGES = {kind: how for kind, how in new.items() if kind not in ("packages", "evidence")}
    stored = put(CONTENT)
    settings.STORAGES = new
    with pytest.raises(Gone):
        read(stored.name, stored.wrapped_key)
    for sent in ("Sent: 1.", "Sent: 0."):
        call_command("send_files_to_bucket")
        assert sent in capsys.readouterr().out
    assert read(stored.name, stored.wrapped_key) == CONTENT


@pytest.fixture
def nobody_there(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bucket at whose address nobody listens."""
    use(settings, f"s3+http://{KNOWN}@127.0.0.1:1/sealed/x", tmp_path)
    monkeypatch.setattr(bucket, "TRIES", 1)


@pytest.mark.usefixtures("nobody_there")
def test_a_server_that_is_away_is_an_error_that_passes_and_leaves_nothing_here(tmp_path: Path) -> None:
    with pytest.raises(Away):
        put(CONTENT)
    assert list((tmp_path / "evidence").iterdir()) == []
    with pytest.raises(Away):
        read(NAME, vault.wrap_key(b"k" * 32, vault.PURPOSE))
    sound.refuse_unsound_start()  # it waits for it
    with pytest.raises(CommandError, match="does not answer"):
        call_command("check_package_store")


def test_a_server_that_stands_still_is_waited_for_so_long_and_no_longer(
    address: str, bucket_server: BucketServer, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "_clients", {})
    for name, value in (("ANSWER_SECONDS", 0.5), ("TRIES", 2)):
        monkeypatch.setattr(bucket, name, value)
    use(settings, f"{address}2", tmp_path)
    stored = put(CONTENT)
    assert bucket_server.process
    bucket_server.process.send_signal(signal.SIGSTOP)
    try:
        for act in (lambda: put(CONTENT), lambda: read(stored.name, stored.wrapped_key), lambda: destroy(stored.name)):
            began = time.monotonic()
            with pytest.raises(Away):
                act()
            assert time.monotonic() - began < 20
    finally:
        bucket_server.process.send_signal(signal.SIGCONT)
    assert list((tmp_path / "evidence").iterdir()) == []
    assert read(stored.name, stored.wrapped_key) == CONTENT
    assert destroy(stored.name)


def test_no_address_is_ever_made_that_works_without_us(address: str) -> None:
    with pytest.raises(NotImplementedError):
        files.packages()._storage.url("a")


@pytest.mark.parametrize(
    "wrong",
    [f"https://{KNOWN}@host/bucket", f"s3://{KNOWN}@host/", f"s3://{KNOWN}@host/bucket?regoin=eu", "nonsense"],
)
def test_a_wrong_address_stops_the_start_and_its_secret_is_not_told(wrong: str) -> None:
    with pytest.raises(ImproperlyConfigured) as told:
        bucket_storages(wrong)
    assert "hush" not in str(told.value)


def test_what_stands_in_an_address_arrives() -> None:
    assert bucket_storages("") == {}
    found = bucket_storages("s3://k%2Fey:a%2Bb@s3.example:9000/sealed/site?region=eu-west-3&style=virtual")
    assert found["packages"]["OPTIONS"] == {
        "access_key": "k/ey", "secret_key": "a+b", "bucket_name": "sealed", "location": "site/packages",
        "endpoint_url": "https://s3.example:9000", "region_name": "eu-west-3", "addressing_style": "virtual",
    }  # fmt: skip
    assert bucket_storages("s3:///sealed")["evidence"]["OPTIONS"]["endpoint_url"] is None


@pytest.mark.django_db
def test_readyz_says_whether_the_bucket_answers_after_one_try_and_does_not_ask_it_for_everybody(
    address: str, bucket_server: BucketServer, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "STORE", health.Store())
    assert health.report()["package_store"] == "ok"
    use(settings, address.replace(KEY, "another-key"), tmp_path)
    assert health.report()["package_store"] == "ok", "as it was a moment ago"
    monkeypatch.setattr(health, "STORE", health.Store())
    assert health.report()["package_store"] in {"away: InvalidAccessKeyId", "away: AccessDenied"}
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(health, "STORE", health.Store())
        use(settings, address.replace(str(bucket_server.port), str(silent.getsockname()[1])), tmp_path)
        assert health.report()["package_store"] == "away: ReadTimeoutError"
        silent.setblocking(False)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):
            silent.accept()
