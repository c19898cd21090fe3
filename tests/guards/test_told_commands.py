"""Every command of README and docs is one; those that need nothing but a database are run as they are told.

`EVERY_COMMAND=1` runs the others too, on a site of their own, beside services of their own.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from privacy.package import signing
from tests.guards import told_commands
from tests.guards.conftest import Planter
from tests.guards.sources import ROOT
from tests.stack import RunningStack

SIGNATURE = ROOT / "docs" / "how-to" / "check-a-signature.md"
BACKUP = ROOT / "docs" / "how-to" / "restore-a-backup.md"
# Told somewhere, changing little, and run here in this order.
RUN = (
    "sync_roles",
    "sync_catalogue",
    "publish_policy --dry-run",
    "publish_notice",
    "check --database default",
    "data_map",
    "sweep_retention --preview",
    "verify_proof",
    "verify_ledger",
    "verify_audit",
    "reapply_ledger --dry-run",
)


def test_every_command_that_is_told_is_one() -> None:
    assert told_commands.faults() == []
    assert len(list(told_commands.told())) > 80


@pytest.mark.django_db(transaction=True)
def test_what_is_told_does_what_it_is_told_for() -> None:
    said = [one.command for one in told_commands.told()]
    for words in RUN:
        assert any(f"manage.py {words}" in one for one in said), f"manage.py {words} is told nowhere"
        name, *rest = shlex.split(words)
        call_command(name, *rest, stdout=StringIO())


def test_make_knows_how_to_do_what_is_told() -> None:
    begins = re.compile(r"^(\w+=\S+ )*make ")
    told = sorted({one.command.partition(" >")[0] for one in told_commands.told() if begins.match(one.command)})
    # A backslash of the path stands for itself, and a blank in it ends no word.
    python = shlex.quote(sys.executable).replace("\\", r"\\")
    script = "\n".join(re.sub(r"\bmake ", f"make --dry-run PYTHON={python} ", one, count=1) for one in told)
    done = subprocess.run(["sh", "-euc", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(told) > 10


BAD = {
    "a command of manage.py": ("`manage.py verify_nothing`", "manage.py knows no verify_nothing"),
    "a word of manage.py": ("    manage.py sweep_retention --look\n", "manage.py sweep_retention: "),
    "a word in a chain": ("```sh\ncd somewhere && manage.py verify_audit --loud\n```\n", "manage.py verify_audit: "),
    "what a continued line ends with": ("```sh\nmanage.py sync_roles \\\n  --never\n```\n", "manage.py sync_roles: "),
    "a target of make": ("`make everything`", "make knows no everything"),
    "a file of a test": ('`make test ARGS="tests/gone.py"`', "there is no tests/gone.py"),
    "a figure": ('`make bench ARGS="beauty"`', "make bench knows no beauty"),
    "a module": ("`python -m occicor.nothing`", "there is no module occicor.nothing"),
    "a command of ours inside": ("`python -m occicor.embedded exec sh -c 'manage.py gone'`", "manage.py knows no gone"),
    "a word of the services": ("`python -m occicor.embedded walk`", "occicor.embedded knows no walk"),
    "an option of make": ("`make --everything test`", "make knows no --everything"),
    "an option of the tests": ('`make test ARGS="--loudly"`', "pytest may know --loudly"),
    "an option of a figure": ('`make bench ARGS="guessing --slowly"`', "benchmarks/run.py knows no --slowly"),
    "an option of the audit": ('`make audit ARGS="--jso"`', "tests/audit/run.py knows no --jso"),
    "an option of the soak": ('`make soak ARGS="--deaths 60"`', "tests/faults/soak.py knows no --deaths"),
    "words for who takes none": ('`make check ARGS="lint"`', "make check takes no words"),
    "an option of a module": ("`python -m occicor.doctor --inside`", "knows no --inside"),
    "an option of a script": ("```sh\ndeploy/backup.sh --approve\n```\n", "deploy/backup.sh knows no --approve"),
    "a command as somebody": ("```sh\nsudo -u occicor manage.py gone\n```\n", "manage.py knows no gone"),
    "a command as the site's account": (
        "```sh\npython3 deploy/as_occicor.py manage.py gone\n```\n",
        "manage.py knows no gone",
    ),
    "a command of an installed site": (
        "```sh\n/opt/occicor/current/deploy/manage gone\n```\n",
        "manage.py knows no gone",
    ),
    "a command behind an option": ("```sh\nsudo --never x manage.py gone\n```\n", "behind --never is not known"),
    "a script of another release": ("```sh\n/opt/occicor/releases/b/deploy/gone.sh\n```\n", "no deploy/gone.sh"),
    "a program": ("```sh\nfrobnicate --all\n```\n", "frobnicate has no row in PROGRAMS"),
    "a script": ("```sh\n./deploy/gone.sh\n```\n", "there is no deploy/gone.sh"),
    "quotes": ("```sh\necho 'so\n```\n", "the shell does not understand it"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_command_that_is_none_is_found(planted: Planter, case: str) -> None:
    text, expected = BAD[case]
    found = told_commands.faults(planted.write("docs/how-to/a.md", f"# A\n\n{text}\n"))
    assert len(found) == 1, found
    assert expected in found[0]


GOOD = """# A

Say `make run`, `PORT=8001 make run`, `manage.py publish_policy …` or `LEDGER_DIR=x manage.py verify_ledger`; `make`.

```sh
copy=/somewhere/$(date +%Y)
mkdir "$copy" && sudo cp -p "$LEDGER_DIR"/head.* "$copy" | tee log > out  # why
python3 - <<'END'
frobnicate
END
for one in a b; do echo "$one"; done
```

    restriction.allows(subject)
    manage.py record_bounce < notice.eml
"""


def test_commands_are_found_in_blocks_lines_and_words_and_nothing_else_is(planted: Planter) -> None:
    root = planted.write("docs/how-to/a.md", GOOD)
    assert told_commands.faults(root) == []
    assert [one.line for one in told_commands.told(root)] == [3, 3, 3, 3, 6, 7, 8, 11, 15]


def test_what_is_walked_names_a_page_and_a_test() -> None:
    for page, test in told_commands.WALKED.items():
        assert Path(page).name in (ROOT / test).read_text(encoding="utf-8")


@pytest.mark.django_db
def test_a_signature_is_checked_without_us_as_the_page_says(client: Client, tmp_path: Path) -> None:
    assert shutil.which("openssl"), "openssl is needed to check a signature: install it (Debian: openssl)."
    text = SIGNATURE.read_text(encoding="utf-8")
    block = "\n".join(line.strip() for line in re.search(r"```sh\n(.*?)```", text, re.DOTALL)[1].splitlines())
    canonical = re.search(r"`(python3 -c '.*?' > content\.json)`", text)[1]
    manifest = b'{"members":[]}\n'
    (tmp_path / "manifest.json").write_bytes(manifest)
    (tmp_path / "manifest.json.sig").write_text(json.dumps(signing.sign(manifest).as_json()), encoding="utf-8")
    (tmp_path / "occicor-keys.json").write_bytes(client.get("/.well-known/occicor-keys.json").content)
    receipt = {
        "receipt": {"b": 1, "a": "é"},
        "signature": signing.sign(signing.canonical({"b": 1, "a": "é"})).as_json(),
    }
    (tmp_path / "receipt.json").write_text(json.dumps(receipt), encoding="utf-8")
    of_receipt = block.replace('json.load(open("manifest.json.sig"))', 'json.load(open("receipt.json"))["signature"]')
    for script in (block, f"{canonical}\n{of_receipt.replace('-in manifest.json', '-in content.json')}"):
        done = subprocess.run(["sh", "-euc", script], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.stdout == "Signature Verified Successfully\n", done.stderr
    (tmp_path / "manifest.json").write_bytes(manifest.replace(b"[", b"{"))
    assert subprocess.run(["sh", "-euc", block], cwd=tmp_path, capture_output=True, check=False).returncode != 0


@pytest.mark.fault
@pytest.mark.skipif(
    not os.environ.get("EVERY_COMMAND"), reason="EVERY_COMMAND=1 walks through the restoring of a backup"
)
@pytest.mark.timeout(600)
def test_a_backup_is_made_and_restored_as_the_page_says(new_stack: Callable[..., RunningStack], tmp_path: Path) -> None:
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", BACKUP.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    copy, restore, again = (
        next("\n".join(map(str.strip, block.splitlines())) for block in blocks if words in block)
        for words in ("verify_ledger", "pg_restore", "reapply_ledger")
    )
    programs = tmp_path / "bin"
    programs.mkdir()
    shown = programs / "manage.py"
    shown.write_text(f'#!/bin/sh\nexec {sys.executable} {ROOT / "manage.py"} "$@"\n', encoding="utf-8")
    shown.chmod(0o755)
    stack = new_stack().start()

    def done(script: str, *, beside: bool) -> str:
        """What a script prints, beside the running site or beside the services alone."""
        command = ["sh", "-euc", script]
        if not beside:
            command = [sys.executable, "-m", "occicor.embedded", "exec", *command]
        known = (stack.services_env if beside else stack.env) | {"LEDGER_DIR": str(stack.var / "ledger")}
        known["PATH"] = f"{programs}:{os.environ['PATH']}"
        run = subprocess.run(command, cwd=ROOT, env=known, capture_output=True, text=True, check=False)
        assert run.returncode == 0, f"{script}\n{run.stdout}\n{run.stderr}"
        return run.stdout

    assert "whole" in done(copy.replace("/where/copies/lie", str(tmp_path)), beside=True)
    stack.stop()
    backup = tmp_path / "backup.dump"
    done(f'pg_dump --format=custom --file={backup} "$DATABASE_URL"', beside=False)
    done(restore.replace("backup.dump", str(backup)), beside=False)
    stack.start()
    done(again, beside=True)
    done("manage.py verify_ledger && manage.py verify_audit", beside=True)
