"""The accounts with which a newcomer tries the portal: passwords and second steps are made up once and kept."""

import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.db import transaction

from accounts import demo_phones, second_steps, services, syncing_roles
from accounts.models import User
from accounts.roles import AGENTS, AUDITORS, OFFICERS, SENIORS, SUPPORT, WRITERS
from accounts.secrets import seal
from privacy.actors import SYSTEM

# No character that is mistaken for another.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Person:
    """Someone to be: who they are in the story, and what they say about themselves."""

    role: str
    email: str
    what_for: str
    profile: tuple[str, str, str, str, str]
    team: str = ""


PEOPLE = (
    Person(
        "agent",
        "agent@occicor.example",
        "staff: approves and refuses requests in the admin, prepares erasures",
        ("Inès Laurent", "Occicor", "Privacy agent", "", ""),
        AGENTS,
    ),
    Person(
        "senior",
        "senior@occicor.example",
        "staff: does what the agent does, and approves the erasures that a colleague prepared",
        ("Tomás Oliveira", "Occicor", "Senior privacy agent", "", ""),
        SENIORS,
    ),
    Person(
        "officer",
        "officer@occicor.example",
        "data protection officer: the second pair of eyes for erasures, reads the audit trail",
        ("Marek Nowak", "Occicor", "Data protection officer", "", ""),
        OFFICERS,
    ),
    Person(
        "deputy",
        "deputy@occicor.example",
        "data protection officer too: confirms what the other one began, and ends it",
        ("Ada Lindqvist", "Occicor", "Deputy data protection officer", "", ""),
        OFFICERS,
    ),
    Person(
        "auditor",
        "auditor@occicor.example",
        "staff: sees what all teams see, and changes nothing",
        ("Greta Lindqvist", "Occicor", "Internal auditor", "", ""),
        AUDITORS,
    ),
    Person(
        "support",
        "support@occicor.example",
        "staff: helps people with accounts, enrolments and messages; opens no file of a request",
        ("Idris Benhaddou", "Occicor", "Customer support", "", ""),
        SUPPORT,
    ),
    Person(
        "writer",
        "writer@occicor.example",
        "staff: writes promotional messages to subscribers and sends them",
        ("Joana Ferreira", "Occicor", "Content editor", "", ""),
        WRITERS,
    ),
    Person(
        "subject",
        "camille.martin@example.org",
        "data subject: asks for their data",
        ("Camille Martin", "Marché Lavande", "Merchandiser", "+33 1 99 00 12 34", "12 rue des Exemples\n75011 Paris"),
    ),
    Person(
        "other_subject",
        "noor.haddad@example.org",
        "data subject: asks for erasure",
        (
            "Noor Haddad",
            "Épicerie du Port",
            "Department lead",
            "+33 4 65 71 56 78",
            "3 quai du Modèle\n13002 Marseille",
        ),
    ),
    Person(
        "administrator",
        "admin@marche-lavande.example",
        "customer administrator: looks after the people of Marché Lavande, and is enrolled by it herself",
        ("Salma Benali", "Marché Lavande", "Customer administrator", "+33 1 99 00 43 21", ""),
    ),
)


@dataclass(frozen=True)
class Access:
    """How to sign in as one of them; `second_step` is the key in the authenticator app of those who have one."""

    role: str
    email: str
    password: str
    what_for: str
    second_step: str = ""


def ensure(path: Path) -> list[Access]:
    """The demonstration accounts, made now unless they were before; `path` keeps their passwords, for its owner only.

    Safe to repeat: passwords stay, an account that was erased stays erased, and the teams may do what this version of
    the site has. In a database that has accounts of its own none is made, and the list is empty.
    """
    known = _read(path)
    if not known and User.objects.exists():
        return []
    accesses = [_with_second_step(person, known.get(person.role) or _access(person)) for person in PEOPLE]
    emails = [access.email for access in accesses]
    # Those that were made before and are gone were erased; the database may also be a new one.
    begins = not User.objects.filter(email__in=emails).exists()
    # The passwords first: an account whose password nobody knows would be of no use.
    _write(path, accesses)
    with transaction.atomic():
        syncing_roles.sync(actor=SYSTEM)
        for person, access in zip(PEOPLE, accesses, strict=True):
            if begins or person.role not in known:
                _open(person, access.password)
    for access in accesses:
        _add_app(access)
    return accesses


def _access(person: Person) -> Access:
    password = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
    return Access(person.role, person.email, password, person.what_for)


def _with_second_step(person: Person, access: Access) -> Access:
    """Staff need one (promise P6.1); accounts that an older version made get theirs now."""
    return replace(access, second_step=demo_phones.new_key()) if person.team and not access.second_step else access


def _add_app(access: Access) -> None:
    account = User.objects.filter(email=access.email).first()
    if account and access.second_step and not second_steps.has_one(account.pk):
        kind, data = Authenticator.Type.TOTP, {"secret": seal(access.second_step)}
        Authenticator.objects.create(user=account, type=kind, data=data)


def _open(person: Person, password: str) -> None:
    user = User(email=person.email, is_staff=bool(person.team))
    user.set_password(password)
    services.open_account(actor=SYSTEM, user=user)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    name, workplace, position, phone, address = person.profile
    actor = services.actor_of(user.pk)
    services.update_profile(
        actor=actor, user_id=user.pk, name=name, workplace=workplace, position=position, phone=phone, address=address
    )
    if person.team:
        user.groups.add(Group.objects.get(name=person.team))


def _read(path: Path) -> dict[str, Access]:
    if not path.exists():
        return {}
    rows = json.loads(path.read_text(encoding="utf-8"))
    return {row["role"]: Access(**row) for row in rows}


def _write(path: Path, accesses: Iterable[Access]) -> None:
    part = path.with_name(f".{path.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump([asdict(access) for access in accesses], file, indent=1, ensure_ascii=False)
        file.write("\n")
    part.replace(path)
