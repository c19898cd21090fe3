"""The settings as they stand in the environment, before Django reads them: all there, sound, and none for another."""

import base64
import binascii
import difflib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from occicor.doctor.lines import Line, bad, good, look

PRODUCTION = "occicor.settings.production"
NEEDED = (
    *("SECRET_KEY", "DIGEST_KEY", "PACKAGE_KEK", "SIGNING_KEY"),
    *("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL", "ALLOWED_HOSTS", "LEDGER_DIR"),
)
# So many characters, or bytes in base64; fewer can be guessed.
LENGTHS = {"SECRET_KEY": 50, "DIGEST_KEY": 32}
KEY_BYTES = 32
KEYS = ("PACKAGE_KEK", "SIGNING_KEY")
LEAST_DIFFERENT = 16
REMIND_DAYS, MOST_DAYS = 30, 366
EXAMPLE = Path(__file__).resolve().parent.parent.parent / ".env.example"
AS_EXAMPLE = ".env.example says how to make one"


def lines(env: Mapping[str, str], today: date) -> Iterator[Line]:
    """What the environment says about itself, once what lies in files stands in it (occicor.settings.environment)."""
    yield _module(env)
    yield _needed(env)
    yield from _secrets(env)
    if env.get("SITE_URL"):
        yield _address(env["SITE_URL"], env.get("ALLOWED_HOSTS", ""))
    yield _proxies(env.get("TRUSTED_PROXIES", "1"))
    yield _security_txt(env.get("SECURITY_TXT_EXPIRES_ON", ""), today)
    yield _backups(env.get("BACKUP_RECIPIENT", ""))
    yield from _slips(env)


def _module(env: Mapping[str, str]) -> Line:
    found = env.get("DJANGO_SETTINGS_MODULE", "")
    if found != PRODUCTION:
        return bad("settings module", found or "none is named", f"Set DJANGO_SETTINGS_MODULE={PRODUCTION}.")
    return good("settings module", found)


def _needed(env: Mapping[str, str]) -> Line:
    missing = [name for name in NEEDED if not env.get(name)]
    if missing:
        return bad("settings", f"not set: {', '.join(missing)}", "Set each of them; .env.example explains them.")
    return good("settings", f"all {len(NEEDED)} that production needs are set")


def _secrets(env: Mapping[str, str]) -> Iterator[Line]:
    given = {name: env[name] for name in (*LENGTHS, *KEYS) if env.get(name)}
    for name, value in given.items():
        if why := _weakness(name, value):
            yield bad(name, why, f"Make another; {AS_EXAMPLE}. Where data was written under this one, keep it.")
    twice = sorted(name for name, value in given.items() if list(given.values()).count(value) > 1)
    if twice:
        yield bad("secrets", f"{' and '.join(twice)} are the same", f"Give each its own; {AS_EXAMPLE}.")
    elif not any(_weakness(name, value) for name, value in given.items()):
        yield good("secrets", "long enough, and each its own")


def _weakness(name: str, value: str) -> str:
    if name in KEYS:
        try:
            size = len(base64.b64decode(value, validate=True))
        except (binascii.Error, ValueError):
            return "is not base64"
        if size != KEY_BYTES:
            return f"holds {size} bytes instead of {KEY_BYTES}"
    elif len(value) < LENGTHS[name]:
        return f"has {len(value)} characters, fewer than {LENGTHS[name]}"
    return "repeats itself" if len(set(value)) < LEAST_DIFFERENT else ""


def _address(site_url: str, allowed: str) -> Line:
    parts = urlsplit(site_url)
    hosts = [host.strip() for host in allowed.split(",")]
    if parts.scheme != "https" or not parts.hostname:
        return bad("SITE_URL", site_url, "Write https:// and the host name.")
    if parts.path or parts.query:
        return bad("SITE_URL", site_url, "Write the scheme and the host name only, without a slash at the end.")
    if "*" in hosts:
        return bad("ALLOWED_HOSTS", "takes every name", "Name the host names that people use, with commas.")
    if parts.hostname not in hosts:
        return bad("ALLOWED_HOSTS", f"lacks {parts.hostname}", "Add the host name of SITE_URL.")
    return good("address", site_url)


def _proxies(given: str) -> Line:
    if not given.isdecimal():
        return bad("TRUSTED_PROXIES", given, "Write how many reverse proxies stand in front: 1 for nginx alone.")
    if given == "0":
        todo = "Right only if this server ends TLS itself; behind nginx write 1, or limits take all for one person."
        return look("TRUSTED_PROXIES", "none is believed", todo)
    return good("TRUSTED_PROXIES", given)


def _security_txt(given: str, today: date) -> Line:
    name = "security.txt"
    if not given:
        return look(name, "its last day is the release's own", "Set SECURITY_TXT_EXPIRES_ON, less than a year ahead.")
    try:
        last = date.fromisoformat(given)
    except ValueError:
        return bad(name, f"SECURITY_TXT_EXPIRES_ON is “{given}”", f"Write the day as {today.isoformat()}.")
    if last <= today:
        return bad(name, f"expired on {given}", "See whether reports still reach somebody, and set the next day.")
    if last > today + timedelta(days=MOST_DAYS):
        return bad(name, f"good until {given}", "More than a year ahead is not believed: set an earlier day.")
    if last < today + timedelta(days=REMIND_DAYS):
        return look(name, f"good until {given}", "See whether reports still reach somebody, and set the next day.")
    return good(name, f"good until {given}")


def _backups(recipient: str) -> Line:
    if not recipient:
        todo = "Make a key with age-keygen on another machine, and set BACKUP_RECIPIENT to what it prints (age1…)."
        return look("backups", "nobody can open one: none is made", todo)
    if recipient == "none":
        return look("backups", "are not sealed", "Right only if the disk they lie on is sealed and kept apart.")
    return good("backups", "are sealed for a key that is not here")


def _slips(env: Mapping[str, str]) -> Iterator[Line]:
    """Names that nothing reads and that look like one that is read."""
    known = {line[1:].partition("=")[0] for line in EXAMPLE.read_text(encoding="utf-8").splitlines() if "=" in line}
    for name in sorted(env.keys() - known):
        if meant := difflib.get_close_matches(name, known, n=1, cutoff=0.87):
            yield look(name, "is not a setting", f"Did you mean {meant[0]}?")
