"""Figures of a Customer's list: 50,000 people from the file to the enrolment, beside a bare COPY of the same rows.

Measured is all that stands between a file and its people: reading, looking at every row, staging, judging, the word,
and the one transaction that enrols. The limit copies the same rows, ready made, into a table with the same columns and
indexes. The messages that follow are counted apart: they are written after everybody is enrolled.
"""

import csv
import json
import subprocess
import sys
import tempfile
from io import BytesIO, StringIO
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

from django.db import connection, transaction

from accounts.administering import administrator_actor
from accounts.imports import applying, staging
from accounts.models import Customer, CustomerAdministrator, Enrolment, EnrolmentImport, User
from benchmarks.figure import Figure, seconds

PEOPLE = 50_000
ROUNDS = 3
LEAST_A_SECOND = 5_000
MOST_MEMORY_MB = 64.0
MOST_TIMES_COPY = 10.0
TOLD = 1_000
COLUMNS = "id, customer_id, nickname, work_email, attributes, enrolled_at"


def figures(quick: bool) -> "list[Figure]":
    """Time beside a bare COPY, people a second, memory above idle, and what telling them costs."""
    del quick  # it is quick
    taken, copied = [], []
    for turn in range(ROUNDS):
        by = administrator()
        file = BytesIO(people(PEOPLE, turn))
        taken.append(seconds(lambda by=by, file=file: enrol(by, file)))  # type: ignore[misc]
        copied.append(_bare_copy())
    measured, limit = sorted(taken)[ROUNDS // 2], sorted(copied)[ROUNDS // 2]
    told = _told()
    note = f"{PEOPLE / measured:,.0f} people a second; {ROUNDS} rounds, in turns"
    return [
        Figure(f"a list of {PEOPLE:,} people, file to enrolment", measured, MOST_TIMES_COPY, limit=limit, note=note),
        Figure("  the same, at least 5,000 people a second", measured, PEOPLE / LEAST_A_SECOND),
        Figure("  memory above idle", _memory_mb(), MOST_MEMORY_MB, "MB"),
        Figure("  telling a thousand of them", told, 10.0, note="messages written and on record, batch by batch"),
    ]


def administrator() -> CustomerAdministrator:
    """Somebody who looks after a Customer that has nobody yet."""
    name = uuid4().hex
    user = User.objects.create(email=f"{name}@customer.example", username=name)
    customer = Customer.objects.create(name=name, kind="retailer", country="FR", our_role="controller")
    return CustomerAdministrator.objects.create(user=user, customer=customer)


def people(count: int, seed: int = 0) -> bytes:
    """A file as a personnel office would write it: six columns, a tenth of the people with accents."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(["Prénom", "E-mail professionnel", "Magasin", "Équipe", "Poste", "Matricule"])
    for number in range(count):
        name = ("Zoé", "Lina", "Tarek", "Anne-Marie", "Jo", "Noor", "Paul", "Inès", "Max", "Ida")[number % 10]
        shop, team = f"Magasin {number % 300}", ("Produits frais", "Caisses", "Réserve")[number % 3]
        address = f"personne{number}.{seed}@enseigne.example"
        writer.writerow([name, address, shop, team, "Employé de libre-service", f"M{number:06}"])
    return text.getvalue().encode()


def enrol(by: CustomerAdministrator, file: BinaryIO) -> EnrolmentImport:
    """From the file to the enrolment of everybody in it."""
    actor = administrator_actor(by.user_id, by.customer)
    found = staging.stage(actor=actor, customer_id=by.customer_id, file=file)
    applying.confirm(actor=actor, import_id=found.pk, customer_id=by.customer_id)
    with transaction.atomic():
        if not applying.enrol_all(found.pk):
            raise RuntimeError("the list was not enrolled")
    return found


def _bare_copy() -> float:
    """Seconds for COPY of everybody who is enrolled last into a table like that of enrolments."""
    newest = Enrolment.objects.order_by("-enrolled_at").values_list("customer_id", flat=True)[0]
    with connection.cursor() as cursor, tempfile.TemporaryFile("w+") as file:
        cursor.copy_expert(
            f"COPY (SELECT {COLUMNS} FROM accounts_enrolment WHERE customer_id = {newest}) TO STDOUT", file
        )
        cursor.execute("CREATE TABLE bare_enrolment (LIKE accounts_enrolment INCLUDING ALL)")
        file.seek(0)
        taken = seconds(lambda: cursor.copy_expert(f"COPY bare_enrolment ({COLUMNS}) FROM STDIN", file))
        cursor.execute("DROP TABLE bare_enrolment")
    return taken


def _told() -> float:
    newest: UUID = EnrolmentImport.objects.order_by("-made_at").values_list("pk", flat=True)[0]

    def tell() -> None:
        for _batch in range(TOLD // 200):
            with transaction.atomic():
                applying.tell(newest, 200)

    return seconds(tell)


def _memory_mb() -> float:
    """The peak above idle of a process that has just started and enrols one list, in MB."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        path.write_bytes(people(PEOPLE, ROUNDS))
        command = [sys.executable, "-m", "benchmarks.enrolment_memory", str(path)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return float(json.loads(done.stdout)["above_idle_mb"])
