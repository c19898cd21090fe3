"""Sealed files in a bucket of an S3-compatible server: it has only ciphertext, and what is removed is gone."""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import IO, Any, Literal

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError
from storages.backends.s3 import S3Storage

from privacy.files.place import Away, Found

# An object is sent and read in pieces of this size, one at a time: so much memory each takes, however large it is.
PIECE_BYTES = 8 * 1024 * 1024
CONNECT_SECONDS, ANSWER_SECONDS, TRIES = 3, 20, 3
# Whoever only looks whether it is there waits so long for a connection, and so long for an answer.
LOOK_SECONDS = 2
NOT_THERE = frozenset({"404", "NoSuchKey", "NotFound", "NoSuchUpload"})
NOT_KNOWN = frozenset({"501", "NotImplemented", "MethodNotAllowed"})
# From this status on the server, or whatever stands before it, failed, and its answer tells nothing of the bucket.
FAILED = 500

# By process: a copy of a process must not go on with the connections of the first.
_sessions: dict[tuple[Any, ...], Any] = {}
_clients: dict[tuple[Any, ...], Any] = {}
_making = Lock()


class BucketStorage(S3Storage):
    """The connection, as django-storages makes it of options in settings.STORAGES; signs requests and nothing else.

    It makes no address that would work without us (`url` refuses): a download passes through the checks of a person's
    rights each time.
    """

    def __init__(self, *, addressing_style: str = "path", **options: Any) -> None:
        config = Config(
            s3={"addressing_style": addressing_style},
            signature_version="s3v4",
            connect_timeout=CONNECT_SECONDS,
            read_timeout=ANSWER_SECONDS,
            retries={"mode": "standard", "total_max_attempts": TRIES},
            # Newer sums are not known to every server. What was altered does not open (privacy.package.seal).
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        sending = TransferConfig(
            multipart_threshold=PIECE_BYTES, multipart_chunksize=PIECE_BYTES, use_threads=False, max_concurrency=1
        )
        super().__init__(client_config=config, transfer_config=sending, **options)

    def url(self, *_args: Any, **_options: Any) -> str:
        """Never: whoever had such an address could read without being asked who they are."""
        raise NotImplementedError

    @property
    def client(self) -> Any:
        """What speaks with the server: one in each process, for all its threads; it is large, and slow to make."""
        return self._made(self.client_config)

    @property
    def stranger(self) -> Any:
        """The same without a key."""
        return self._made(self.client_config.merge(Config(signature_version=UNSIGNED)), "stranger")

    @property
    def impatient(self) -> Any:
        """The same for whoever only looks whether the server is there: one try, and a short one."""
        short = Config(connect_timeout=LOOK_SECONDS, read_timeout=LOOK_SECONDS, retries={"total_max_attempts": 1})
        return self._made(self.client_config.merge(short), "impatient")

    def _made(self, config: Config, who: str = "we") -> Any:
        where = {"region_name": self.region_name, "endpoint_url": self.endpoint_url, "verify": self.verify}
        known = (os.getpid(), self.access_key, self.secret_key)
        with _making:
            # What it takes longest to read, descriptions of the service, a session keeps for all its clients.
            if known not in _sessions:
                _sessions[known] = self._create_session()
            mine = (*known, *where.values(), who)
            if mine not in _clients:
                _clients[mine] = _sessions[known].client("s3", config=config, **where)
            return _clients[mine]


class Bucket:
    """A place (privacy.files.place.Place) that keeps finished files under a prefix of a bucket."""

    def __init__(self, storage: BucketStorage, folder: Path) -> None:
        self.folder = folder
        self._storage = storage
        self._prefix = f"{storage.location.strip('/')}/"

    def file(self, name: str) -> "BucketFile":
        """The object of that name."""
        return BucketFile(self._storage, f"{self._prefix}{name}")

    def send(self, part: Path, name: str, beat: Callable[[], None]) -> None:
        """Send the part in pieces; the object is there whole, or not at all. Raises Away, and whatever `beat` does."""
        beats = _Beats(beat)
        with answered():
            self._storage.client.upload_file(
                str(part), self._storage.bucket_name, f"{self._prefix}{name}",
                Callback=beats, Config=self._storage.transfer_config,
            )  # fmt: skip
        sent = self.file(name)
        if sent.size() != part.stat().st_size:
            sent.unlink(missing_ok=True)
            raise Away("the server has not as many bytes as were sent")

    def publish(self, part: Path, name: str) -> None:
        """Remove the part of this machine: the object is there already."""
        part.unlink()

    def elsewhere(self) -> Iterator[Found]:
        """Every object under the prefix."""
        with answered():
            pages = self._storage.client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._storage.bucket_name, Prefix=self._prefix):
                for one in page.get("Contents", ()):
                    yield Found(BucketFile(self._storage, one["Key"]), one["LastModified"].timestamp())

    def drop_unfinished(self, wanted: Callable[[str], bool]) -> int:
        """End uploads that nobody goes on with; a server that knows none of them ends them by itself."""
        where, ended = {"Bucket": self._storage.bucket_name}, 0
        pages = self._storage.client.get_paginator("list_multipart_uploads").paginate(**where, Prefix=self._prefix)
        for page in _if_known(lambda: list(pages), []):
            with answered():
                for one in page.get("Uploads", ()):
                    if not wanted(one["Key"].removeprefix(self._prefix)):
                        self._storage.client.abort_multipart_upload(**where, Key=one["Key"], UploadId=one["UploadId"])
                        ended += 1
        return ended


class BucketFile:
    """One object, used as a pathlib.Path is (privacy.files.place.SealedFile)."""

    def __init__(self, storage: BucketStorage, key: str) -> None:
        self._storage = storage
        self._where = {"Bucket": storage.bucket_name, "Key": key}

    @property
    def name(self) -> str:
        """The object's name, without the prefix."""
        return str(self._where["Key"].rpartition("/")[2])

    def size(self) -> int:
        """How many bytes it has; raises FileNotFoundError, Away."""
        return int(self._head()["ContentLength"])

    def open(self, mode: Literal["rb"], buffering: int = -1) -> IO[bytes]:
        """Its bytes, fetched piece by piece as they are read: nobody who reads slowly holds a connection for long.

        All pieces are of the same object. Raises FileNotFoundError, Away, both while it is read too.
        """
        head = self._head()
        size = buffering if buffering > 1 else PIECE_BYTES
        return io.BufferedReader(_Pieces(self._storage, self._where, head), buffer_size=size)

    def is_file(self) -> bool:
        """Whether it is there; raises Away."""
        try:
            self._head()
        except FileNotFoundError:
            return False
        return True

    def unlink(self, missing_ok: bool = False) -> None:
        """Remove it with every version that the bucket kept, and look that it is gone.

        Raises FileNotFoundError unless `missing_ok`; Away, also where the bucket does not let go of it.
        """
        if not missing_ok and not self.is_file() and not self._versions():
            raise FileNotFoundError(self.name)
        with answered():
            self._storage.client.delete_object(**self._where)
        for version in self._versions():
            with answered():
                self._storage.client.delete_object(**self._where, VersionId=version)
        if self.is_file() or self._versions():
            raise Away("the bucket keeps what was deleted")

    def _head(self) -> dict[str, Any]:
        with answered():
            return dict(self._storage.client.head_object(**self._where))

    def _versions(self) -> list[str]:
        """What the bucket still has under this name, marks of deletion included; none where it knows no versions."""
        where = {"Bucket": self._where["Bucket"], "Prefix": self._where["Key"], "MaxKeys": 100}
        page = _if_known(lambda: self._storage.client.list_object_versions(**where), {})
        kept = (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
        return [one["VersionId"] for one in kept if one["Key"] == self._where["Key"]]


class _Pieces(io.RawIOBase):
    """Reads one object by ranges."""

    def __init__(self, storage: BucketStorage, where: dict[str, str], head: dict[str, Any]) -> None:
        self._storage, self._where = storage, where
        self._size, self._etag = int(head["ContentLength"]), head["ETag"]
        self._place = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, into: Any) -> int:
        """Fill the buffer from the next range; 0 at the end."""
        wanted = min(len(into), self._size - self._place)
        if wanted <= 0:
            return 0
        span = f"bytes={self._place}-{self._place + wanted - 1}"
        for tried in range(1, TRIES + 1):
            try:
                with answered():
                    answer = self._storage.client.get_object(**self._where, Range=span, IfMatch=self._etag)
                    piece = answer["Body"].read()
                break
            except Away:
                # Not tried again by the library: the answer had begun.
                if tried == TRIES:
                    raise
        into[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)


class _Beats:
    """Calls back as pieces leave, so that whoever lost the right to send stops."""

    def __init__(self, beat: Callable[[], None]) -> None:
        self._beat = beat

    def __call__(self, _bytes: int) -> None:
        """One more piece went."""
        self._beat()


@contextmanager
def answered() -> Iterator[None]:
    """What the server or the network says instead of an answer, as errors that everybody here knows."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        raise (FileNotFoundError if code in NOT_THERE else Away)(code) from error
    except (BotoCoreError, Boto3Error, ResponseParserError) as error:
        raise Away(type(error).__name__) from error


def answers(storage: BucketStorage) -> None:
    """Raise Away unless the bucket lets us look at what it has, within a few seconds."""
    with answered():
        storage.impatient.list_objects_v2(Bucket=storage.bucket_name, Prefix=f"{storage.location}/", MaxKeys=1)


def _if_known(ask: Callable[[], Any], otherwise: Any) -> Any:
    """What the server says of its bucket; something else where it knows no such thing. Raises Away."""
    try:
        with answered():
            return ask()
    except (Away, FileNotFoundError) as error:
        if str(error) in NOT_KNOWN:
            return otherwise
        raise Away(str(error)) from error


def keeps(storage: BucketStorage) -> Iterator[str]:
    """Why this bucket brings back what was deleted, or shows it to others, in sentences; raises Away."""
    where = {"Bucket": storage.bucket_name}
    with answered():
        storage.client.head_bucket(**where)
    if status := _told(lambda: storage.client.get_bucket_versioning(**where).get("Status")):
        yield f"The bucket's versioning is {status}: what is deleted stays. Use a bucket that never had it."
    if _told(lambda: storage.client.get_object_lock_configuration(**where).get("ObjectLockConfiguration")):
        yield "The bucket locks its objects: nothing can be deleted in time. Use one without object lock."
    if _told(lambda: storage.stranger.list_objects_v2(**where, MaxKeys=1)):
        yield "Anybody can list the bucket. Take the right to do so away from everybody but this key."


def _told(ask: Callable[[], Any]) -> Any:
    """What the server says; None where it refuses, or knows no such thing. Raises Away."""
    try:
        return ask()
    except ClientError as error:
        code, status = error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status >= FAILED and code not in NOT_KNOWN:
            raise Away(code) from error
        return None
    except (BotoCoreError, ResponseParserError) as error:
        raise Away(type(error).__name__) from error
