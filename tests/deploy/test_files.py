"""Every file of deploy/ says what it should without a machine to run on; `make drill` runs them."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from deploy import as_occicor, first_settings
from occicor.doctor import environment
from occicor.doctor.lines import failed
from occicor.embedded.layout import PROJECT
from occicor.embedded.ports import free_port
from occicor.embedded.stack import WEB, WORKER
from occicor.settings import secret_files
from tests.drill import run as drill
from tests.drill.page import blocks
from tests.occicor.test_doctor import TODAY
from tests.occicor.test_production import started

DEPLOY = PROJECT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*"))
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
SCRIPTS = sorted([*DEPLOY.glob("*.sh"), DEPLOY / "manage", DEPLOY / "doctor"])
UNIT_LINE = re.compile(r"\[(Unit|Service|Install|Timer)\]|[A-Z][A-Za-z]+=.*|#.*|")
# What a unit has of its own; all else is the same for every one, and closes it.
OWN = (
    *(
        "Description",
        "After",
        "Wants",
        "StartLimit",
        "Type",
        "ExecStart",
        "Kill",
        "TimeoutStop",
        "Restart=",
        "RestartSec",
        "CPUWeight",
    ),
    *("ReadWritePaths", "WantedBy", "OnCalendar", "#", "["),
)
OLDER_NGINX = "http2 on;"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_whole_and_stops_at_the_first_error(script: Path) -> None:
    checked = subprocess.run(["bash", "-n", script], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    if script.suffix == ".sh":
        assert "set -euo pipefail" in script.read_text(encoding="utf-8")


@pytest.mark.parametrize(("link", "found"), [(None, ""), ("release", "release"), ("current", "")])
def test_the_release_before_is_one_that_is_there(tmp_path: Path, link: str | None, found: str) -> None:
    """A first installation that did not come up had none, and `current` was led to itself."""
    (tmp_path / "release").mkdir()
    if link is not None:
        (tmp_path / "current").symlink_to(tmp_path / link)
    line = next(line for line in (DEPLOY / "install.sh").read_text().splitlines() if line.startswith("before=$("))
    script = f'set -euo pipefail; current={tmp_path}/current; {line}; echo "$before"'
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == (str((tmp_path / found).resolve()) if found else "")


def test_units_are_well_formed_and_all_equally_closed() -> None:
    closed = {}
    for unit in UNITS:
        lines = unit.read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if not UNIT_LINE.fullmatch(line)] == []
        closed[unit.name] = [line for line in lines if line and not line.startswith(OWN)]
    wanted = closed["occicor-web.service"]
    assert {"NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=", "User=occicor"} <= set(wanted)
    assert [unit.name for unit in SERVICES if closed[unit.name] != wanted] == []


def _container(name: str) -> str:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    return " ".join(services[name]["command"])


def _unit(name: str) -> str:
    text = (DEPLOY / "systemd" / f"occicor-{name}.service").read_text(encoding="utf-8")
    return next(line for line in text.splitlines() if line.startswith("ExecStart="))


@pytest.mark.parametrize(
    ("name", "words"), [("web", WEB), ("worker", WORKER), ("scheduler", "manage.py run_scheduler")]
)
def test_production_starts_what_make_run_starts(name: str, words: str) -> None:
    assert words in _unit(name)
    assert words in _container(name)


def test_each_step_of_the_image_is_a_script_that_the_drill_runs() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    steps = [line.removeprefix("RUN ").removeprefix("python3 ").split()[0] for line in lines if line.startswith("RUN ")]
    assert len(steps) == 3
    page, script = drill.PAGE.read_text(encoding="utf-8"), (DEPLOY / "install.sh").read_text(encoding="utf-8")
    assert [step for step in steps if not (PROJECT / step).exists() or step not in page + script] == []


@pytest.mark.parametrize("page", [drill.PAGE, drill.RESTORING], ids=lambda path: path.name)
def test_what_a_page_names_is_there(page: Path) -> None:
    named = set(re.findall(r"deploy/[a-z_]+(?:/[a-z]+)?(?:\.[a-z]+)?", page.read_text(encoding="utf-8")))
    assert named
    assert [name for name in sorted(named) if not (PROJECT / name).exists()] == []


def test_the_drill_follows_every_command_of_the_page() -> None:
    followed = Path(drill.__file__).read_text(encoding="utf-8")
    assert [block.heading for block in blocks(drill.PAGE) if f'"{block.heading}"' not in followed] == []
    assert len([block for block in blocks(drill.RESTORING) if block.heading == drill.RESTORE_HEADING]) == 2


@pytest.fixture
def etc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where settings and secrets lie; nothing of the environment of the tests is in what is read there."""
    folder = tmp_path / "etc"
    monkeypatch.setattr(first_settings, "FILE", folder / "occicor.env")
    monkeypatch.setattr(first_settings, "FOLDER", folder / "secrets")
    monkeypatch.setenv("OCCICOR_SETTINGS", str(folder / "occicor.env"))
    return folder


def test_the_first_settings_start_production_and_content_the_doctor(tmp_path: Path, etc: Path) -> None:
    assert first_settings.main(["privacy.example"]) == 0
    written = as_occicor.environment()
    line = written["SECURITY_TXT_EXPIRES_ON"]
    assert not failed(
        environment.lines(written | {"SECURITY_TXT_EXPIRES_ON": TODAY.replace(month=9).isoformat()}, TODAY)
    )
    done = started("print(s.STATIC_ROOT, s.SECURITY_TXT_EXPIRES_ON)", **(written | {"VAR_DIR": str(tmp_path)}))
    assert done.stdout.split() == ["/srv/occicor-static", line], done.stderr
    for name in ("Privacy.example", "https://privacy.example", "localhost", "a b.example"):
        with pytest.raises(ValueError, match="no host name"):
            first_settings.text(name)


def test_no_secret_stands_in_the_settings_and_each_is_handed_over_by_a_file(
    etc: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert first_settings.main(["privacy.example"]) == 0
    settings, secrets = as_occicor.read((etc / "occicor.env").read_text(encoding="utf-8")), etc / "secrets"
    assert {path.name for path in secrets.iterdir()} == set(first_settings.SECRETS)
    assert set(first_settings.SECRETS) & set(settings) == set()
    assert [path.stat().st_mode & 0o077 for path in (secrets, etc / "occicor.env", *secrets.iterdir())] == [0] * 6
    # As the units name the folder, so the settings find each of its files.
    for unit in SERVICES:
        assert "LoadCredential=occicor:/etc/occicor/secrets" in unit.read_text(encoding="utf-8").splitlines()
    assert secret_files.CREDENTIAL.format("SECRET_KEY") == "occicor_SECRET_KEY"
    before = (secrets / "DIGEST_KEY").read_text(encoding="ascii")
    assert first_settings.main(["privacy.example"]) == 1
    assert "is there already, and stays as it is" in capsys.readouterr().err
    assert (secrets / "DIGEST_KEY").read_text(encoding="ascii") == before


def test_a_command_by_hand_gets_each_secret_once(etc: Path) -> None:
    assert first_settings.main(["privacy.example"]) == 0
    (etc / "secrets" / "OLD_DIGEST_KEYS").write_text("first\nsecond,third\n", encoding="ascii")
    assert as_occicor.environment()["OLD_DIGEST_KEYS"] == "first,second,third"
    with (etc / "occicor.env").open("a", encoding="utf-8") as file:
        file.write("DIGEST_KEY=another\n")
    with pytest.raises(ValueError, match=r"DIGEST_KEY stands in .*occicor\.env and in .*secrets/DIGEST_KEY"):
        as_occicor.environment()


def test_settings_are_read_as_systemd_reads_them() -> None:
    text = "# no\n; no\n\nA=1\nB=x=y # z\nC=' a '\nD=\"b\"\nE=\n"
    assert as_occicor.read(text) == {"A": "1", "B": "x=y # z", "C": " a ", "D": "b", "E": ""}


@pytest.mark.parametrize("line", ["A", "export A=1", "A=b\\", "A='b", 'A="b"c"', "1A=b"])
def test_what_systemd_would_read_otherwise_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="line 2 of the settings"):
        as_occicor.read(f"B=1\n{line}\n")


def test_nginx_takes_its_settings(tmp_path: Path) -> None:
    """Where there is no nginx only the drill can say so."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        pytest.skip("no nginx here: the drill tests its settings")
    _certificate(tmp_path)
    text = (DEPLOY / "nginx" / "occicor.conf").read_text(encoding="utf-8")
    told = subprocess.run([nginx, "-v"], capture_output=True, text=True, check=False).stderr
    if tuple(map(int, re.findall(r"\d+", told)[:3])) < (1, 25, 1):
        text = text.replace(OLDER_NGINX, "").replace("listen 443 ssl;", "listen 443 ssl http2;")
    text = text.replace("/etc/ssl/occicor", str(tmp_path)).replace("/var/log/nginx", str(tmp_path))
    # Whoever is not root may listen on none of the two.
    ports = {port: free_port() for port in ("80", "443")}
    text = re.sub(r"(listen (?:\[::\]:)?)(80|443)\b", lambda found: f"{found[1]}{ports[found[2]]}", text)
    kept = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    folders = "\n".join(f"{name}_temp_path {tmp_path}/{name};" for name in kept)
    own = f"access_log {tmp_path}/access;\n{folders}"
    whole = f"pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}}\nhttp {{\n{own}\n{text}\n}}\n"
    (tmp_path / "nginx.conf").write_text(whole, encoding="utf-8")
    done = subprocess.run([nginx, "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


def _certificate(folder: Path) -> None:
    command = [
        *(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "1",
        ),
        *("-subj", "/CN=privacy.example", "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"),
    ]
    subprocess.run(command, capture_output=True, check=True)


def test_a_command_without_settings_runs_in_what_it_is_given(tmp_path: Path) -> None:
    """In a container the environment is the settings; with a file they are what the file says, and nothing else."""
    file = tmp_path / "settings.env"
    show = "import deploy.as_occicor as a; print(sorted(set(a.environment()) & {'A', 'HOME', 'B'}))"
    env = {"OCCICOR_SETTINGS": str(file), "A": "1", "HOME": "/root", "PATH": "/usr/bin"}
    command = [sys.executable, "-c", show]
    assert (
        subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True, check=True).stdout
        == "['A', 'HOME']\n"
    )
    file.write_text("B=2\n", encoding="utf-8")
    assert subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True, check=True).stdout == "['B']\n"
