"""The site itself: its own checks, tables and teams as this release wants them, and whether its parts are well."""

from collections.abc import Iterator

from django.core import checks
from django.db import DatabaseError

from accounts import syncing_roles
from occicor import health
from occicor.doctor.lines import Line, bad, good, look

INSTALL = "deploy/install.sh does it."
HOW = {
    "database": "See the lines on the database.",
    "migrations": INSTALL,
    "ledger": "docs/how-to/restore-a-backup.md says how to go on.",
    "broker": "See the lines on the broker; meanwhile the scheduler works straight from the database.",
    "worker": "systemctl status occicor-worker; meanwhile the scheduler works straight from the database.",
    "scheduler": "systemctl status occicor-scheduler",
    "jobs_needing_staff": "Look at the desk, under the jobs that need somebody.",
    "failed_mail": "Look at the desk, under the messages that could not be delivered.",
    "package_store": "manage.py check_package_store says more of a bucket; of a folder see VAR_DIR's owner and mode.",
    "backup": "systemctl status occicor-backup says why; then systemctl start occicor-backup.",
    "security_txt": "Set SECURITY_TXT_EXPIRES_ON once reports are seen to reach somebody.",
}


def checked(*, with_database: bool) -> Iterator[Line]:
    """What Django's and our own checks find; with the database also whether the published policy is true."""
    databases = ["default"] if with_database else None
    said = checks.run_checks(include_deployment_checks=True, databases=databases)
    found = [one for one in said if one.is_serious(checks.WARNING)]
    for one in found:
        yield bad(str(one.id), " ".join(str(one.msg).split()), " ".join(str(one.hint or "").split()) or "See its text.")
    if not found:
        yield good("checks", "nothing to say")


def parts() -> Iterator[Line]:
    """Each part of the running site, as /readyz says it."""
    yield from judged(health.report())


def judged(report: dict[str, str]) -> Iterator[Line]:
    """A line for each part that is not well."""
    away = {name: state for name, state in report.items() if state != health.OK}
    for name, state in away.items():
        say = bad if name in health.NEEDED else look
        yield say(name, state, HOW.get(name, "See /readyz."))
    if not away:
        yield good("parts", "all are well")


def teams() -> Iterator[Line]:
    """Whether the teams of the staff may do what the table of roles says."""
    try:
        differing = syncing_roles.drift()
    except DatabaseError:
        return
    if differing:
        yield bad("teams", f"{len(differing)} permissions differ from accounts/roles.py", "deploy/manage sync_roles")
    else:
        yield good("teams", "as accounts/roles.py says")
