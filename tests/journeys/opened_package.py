"""A package as the person opens it: unpacked to a folder, and checked with tools that are not ours."""

import json
import zipfile
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

SIGNED = ("manifest.json", "manifest.json.sig")


@dataclass(frozen=True)
class OpenedPackage:
    """An unpacked package; `archive` is the file as it was downloaded."""

    archive: Path
    folder: Path

    @classmethod
    def open(cls, archive: Path) -> "OpenedPackage":
        """Unpack into a folder beside it; AssertionError when a member is damaged or would leave the folder."""
        folder = archive.with_suffix("")
        with zipfile.ZipFile(archive) as package:
            assert package.testzip() is None
            assert all((folder / name).resolve().is_relative_to(folder.resolve()) for name in package.namelist())
            package.extractall(folder)
        return cls(archive, folder)

    @cached_property
    def names(self) -> set[str]:
        """The members."""
        with zipfile.ZipFile(self.archive) as package:
            return set(package.namelist())

    def json(self, name: str) -> Any:
        """A member that is JSON."""
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def rows(self, slug: str) -> list[dict[str, Any]]:
        """The records of one holding."""
        return [json.loads(line) for line in (self.folder / f"data/{slug}.jsonl").read_bytes().splitlines()]

    @property
    def slugs(self) -> list[str]:
        """The holdings of which there are records."""
        return sorted(Path(name).stem for name in self.names if name.startswith("data/"))

    def check_schema(self) -> int:
        """Hold the manifest and every line of data against the package's own schema; how many lines there were."""
        schema = self.json("schema.json")
        Draft202012Validator.check_schema(schema)
        Draft202012Validator(schema).validate(self.json("manifest.json"))
        lines = 0
        for slug in self.slugs:
            validator = Draft202012Validator({"$ref": f"#/$defs/{slug}", "$defs": schema["$defs"]})
            for row in self.rows(slug):
                validator.validate(row)
                lines += 1
        return lines

    def check_hashes(self) -> None:
        """See that the manifest names every member with its true size and SHA-256, and no other."""
        listed = {member["name"]: member for member in self.json("manifest.json")["members"]}
        assert set(listed) == self.names - set(SIGNED)
        for name, member in listed.items():
            content = (self.folder / name).read_bytes()
            assert (member["size"], member["sha256"]) == (len(content), sha256(content).hexdigest()), name
