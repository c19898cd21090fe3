"""A real S3-compatible server (SeaweedFS, from its wheel) for tests: a process on loopback that is killed at will."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from shutil import which
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from occicor.embedded.ports import free_port
from occicor.embedded.processes import child_setup

KEY, SECRET = "of-the-tests", "n0t+a/secret="
UP_SECONDS = 40
# Its parts speak with each other.
OTHERS = ("master.port", "volume.port", "filer.port", "master.port.grpc", "volume.port.grpc", "filer.port.grpc",
          "s3.port.grpc")  # fmt: skip


@dataclass
class BucketServer:
    """One server with its data in a folder; it knows one key."""

    folder: Path
    port: int = field(default_factory=free_port)
    inner: list[int] = field(default_factory=list)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def endpoint(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @cached_property
    def client(self) -> Any:
        """A client of its own, that sees what the site does there."""
        config = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, read_timeout=10)
        return boto3.client(
            "s3", endpoint_url=self.endpoint, aws_access_key_id=KEY, aws_secret_access_key=SECRET,
            region_name="us-east-1", config=config,
        )  # fmt: skip

    def start(self) -> "BucketServer":
        """Start it and wait until it takes a bucket."""
        self.folder.mkdir(exist_ok=True)
        env = {
            "PATH": os.defpath,
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder),
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
        }
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self._words(), cwd=self.folder, env=env, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=child_setup(os.getpid(), signal.SIGKILL, None),  # noqa: PLW1509 - it calls nothing that could wait
            )  # fmt: skip
        deadline = time.monotonic() + UP_SECONDS
        while time.monotonic() < deadline:
            assert self.process.poll() is None, (self.folder / "log").read_text(errors="replace")[-3000:]
            try:
                self.client.list_buckets()
            except (BotoCoreError, ClientError):
                time.sleep(0.1)
            else:
                return self
        raise AssertionError((self.folder / "log").read_text(errors="replace")[-3000:])

    def _words(self) -> list[str]:
        program = which("weed") or str(Path(sys.executable).with_name("weed"))
        self.inner = [free_port() for _each in OTHERS]
        ports = [f"-{part}={port}" for part, port in zip(OTHERS, self.inner, strict=True)]
        # Without the second line it would tell its makers about itself.
        return [
            program, "server", f"-dir={self.folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
            "-master.telemetry=false", "-master.volumeSizeLimitMB=64", "-volume.max=100", "-volume.preStopSeconds=0",
            f"-filer.localSocket={self.folder / 'filer.sock'}", "-s3", f"-s3.port={self.port}", "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            *ports,
        ]  # fmt: skip

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        for left in Path("/tmp").glob("seaweedfs-*.sock"):
            if left.stem.rpartition("-")[2] in {str(port) for port in (self.port, *self.inner)}:
                left.unlink(missing_ok=True)

    def bucket(self, name: str = "sealed") -> str:
        """The address of a bucket, made if it is missing, under a prefix that nobody else uses."""
        try:
            self.client.create_bucket(Bucket=name)
        except ClientError as error:
            if not error.response["Error"]["Code"].startswith("BucketAlready"):
                raise
        known = f"{KEY}:{quote(SECRET, safe='')}"
        return f"s3+http://{known}@127.0.0.1:{self.port}/{name}/{uuid4().hex[:8]}"

    def keys(self, address: str) -> list[str]:
        """The names of all objects that lie under an address, without what the address says already."""
        bucket, prefix = address.rpartition("/")[0].rpartition("/")[2], address.rpartition("/")[2]
        found = self.client.list_objects_v2(Bucket=bucket, Prefix=f"{prefix}/").get("Contents", [])
        return [one["Key"].removeprefix(f"{prefix}/") for one in found]
