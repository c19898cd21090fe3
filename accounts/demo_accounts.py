"""The accounts with which a newcomer tries the portal; their passwords are made up at the first start and kept."""

import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, Permission
from django.db import transaction

from accounts import services
from accounts.models import User
from privacy.actors import SYSTEM

# No character that is mistaken for another.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
AGENTS = "Request agents"
OFFICERS = "Data protection officers"
WRITERS = "Message writers"
QUEUE = ("rights_requests.view_rightsrequest", "rights_requests.change_rightsrequest")
# Whoever answers people also answers their messages, looks after Customers and those whom they enrol, and keeps the
# register of recipients.
PEOPLE_CARE = (
    "accounts.view_customer",
    "accounts.add_customer",
    "accounts.change_customer",
    "accounts.view_enrolment",
    "accounts.add_enrolment",
    "accounts.change_enrolment",
    "accounts.view_customeradministrator",
    "accounts.add_customeradministrator",
    "accounts.delete_customeradministrator",
    "visitors.view_contactmessage",
    "visitors.change_contactmessage",
    "rights_requests.view_recipient",
    "rights_requests.view_replytemplate",
    "rights_requests.add_replytemplate",
    "rights_requests.change_replytemplate",
    "rights_requests.delete_replytemplate",
    "rights_requests.add_recipient",
    "rights_requests.change_recipient",
)
# Whoever answers for data protection answers for what people are asked about cookies.
QUESTION = (
    "consent.view_purpose",
    "consent.change_purpose",
    *(f"consent.{act}_{part}" for part in ("tracker", "party") for act in ("view", "add", "change", "delete")),
    "consent.view_noticeversion",
    "consent.add_noticeversion",
)
# By name, since this floor knows nothing of requests; a permission that does not exist is simply not given.
PERMISSIONS = {
    AGENTS: (*QUEUE, *PEOPLE_CARE),
    OFFICERS: (
        *QUEUE,
        "accounts.view_customer",
        "accounts.view_enrolment",
        "accounts.view_customeradministrator",
        "visitors.view_contactmessage",
        "visitors.view_audiencedaily",
        *QUESTION,
        "consent.view_consentevent",
        "consent.view_proofseal",
        "consent.view_subscription",
        "consent.view_wording",
        "consent.view_mailing",
        "rights_requests.view_transition",
        "rights_requests.view_package",
        "rights_requests.view_download",
        "rights_requests.view_receipt",
        "rights_requests.view_recipient",
        "privacy.view_auditentry",
        "privacy.view_auditseal",
        "privacy.view_job",
        "privacy.view_jobstep",
        "privacy.view_heartbeat",
        "privacy.view_processingstop",
        "privacy.view_policyversion",
        "privacy.view_policytext",
    ),
    # Whoever writes to subscribers sees no subscription: only how many there are.
    WRITERS: (
        "consent.view_mailing",
        "consent.add_mailing",
        "consent.change_mailing",
        "consent.delete_mailing",
        "consent.send_mailing",
    ),
}


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
        "officer",
        "officer@occicor.example",
        "data protection officer: the second pair of eyes for erasures, reads the audit trail",
        ("Marek Nowak", "Occicor", "Data protection officer", "", ""),
        OFFICERS,
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
    """How to sign in as one of them."""

    role: str
    email: str
    password: str
    what_for: str


def ensure(path: Path) -> list[Access]:
    """The demonstration accounts, made now unless they were before; `path` keeps their passwords, for its owner only.

    Safe to repeat: passwords stay, an account that was erased stays erased, and the teams may do what this version of
    the site has. In a database that has accounts of its own none is made, and the list is empty.
    """
    known = _read(path)
    if not known and User.objects.exists():
        return []
    accesses = [known.get(person.role) or _access(person) for person in PEOPLE]
    emails = [access.email for access in accesses]
    if not User.objects.filter(email__in=emails).exists():
        # The passwords first: an account whose password nobody knows would be of no use.
        _write(path, accesses)
        with transaction.atomic():
            for person, access in zip(PEOPLE, accesses, strict=True):
                _open(person, access.password)
    for name in PERMISSIONS:
        _team(name)
    _write(path, accesses)
    return accesses


def _access(person: Person) -> Access:
    password = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
    return Access(person.role, person.email, password, person.what_for)


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
        user.groups.add(_team(person.team))


def _team(name: str) -> Group:
    team, _ = Group.objects.get_or_create(name=name)
    team.permissions.set(_permissions(PERMISSIONS[name]))
    return team


def _permissions(names: Iterable[str]) -> list[Permission]:
    found: list[Permission] = []
    for label, codename in (name.split(".") for name in names):
        found += Permission.objects.filter(content_type__app_label=label, codename=codename)
    return found


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
