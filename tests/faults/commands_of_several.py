"""What the driver can do on one of several machines; needs the site's settings."""

from io import BytesIO

from django.db import connection

from accounts.imports.applying import confirm
from accounts.imports.staging import stage
from accounts.models import Customer, Enrolment, EnrolmentImport, User
from privacy.actors import SYSTEM
from privacy.checks import silent_transactions_end
from privacy.uploads import vault
from privacy.uploads.clean import Cleaned
from privacy.uploads.kinds import Kind
from rights_requests.fulfilment import package_files
from rights_requests.models import Evidence, Package, RightsRequest
from rights_requests.services import evidence
from rights_requests.vocabulary import EvidenceKind
from tests.customer_factories import make_administrator
from tests.factories import make_user
from tests.import_factories import HEADER, actor_of
from tests.rights_requests.scenario import subject_actor


def account(*, email: str, password: str) -> str:
    """Somebody who can sign in; their id."""
    return str(make_user(email, password=password).pk)


def keep_file(*, request: str, user: str, content: str) -> str:
    """Take a file from the person; its id."""
    file = Cleaned(content.encode(), Kind.JPEG)
    actor = subject_actor(User.objects.get(pk=user))
    filed = RightsRequest.objects.get(pk=request)
    return str(evidence.keep(request_id=filed.pk, actor=actor, kind=EvidenceKind.PROOF, file=file).pk)


def file_of(*, kept: str) -> str:
    """What is in the file."""
    found = Evidence.objects.get(pk=kept)
    return vault.read(found.file_name, found.wrapped_key or b"").decode()


def destroy_file(*, kept: str) -> bool:
    """Destroy the file; whether it was there."""
    return evidence.destroy(evidence_id=Evidence.objects.get(pk=kept).pk, actor=SYSTEM, reason="decided")


def take_list(*, people: int) -> str:
    """Take a list of so many people from an administrator, who says yes to it; its id."""
    administrator = make_administrator()
    rows = "".join(f"P{number},p{number}-{administrator.pk}@shop.example,Lyon\n" for number in range(people))
    actor, customer = actor_of(administrator), administrator.customer_id
    made = stage(actor=actor, customer_id=customer, file=BytesIO((HEADER + rows).encode()))
    confirm(actor=actor, import_id=made.pk, customer_id=customer)
    return str(made.pk)


def enrolled_by(*, given: str) -> int:
    """How many people the Customer of a list has."""
    customer = Customer.objects.get(pk=EnrolmentImport.objects.values_list("customer", flat=True).get(pk=given))
    return Enrolment.objects.filter(customer=customer).count()


def package_name(*, request: str) -> str:
    """The name of the file of a request's package; empty where there is none."""
    return str(Package.objects.filter(request=request).values_list("file_name", flat=True).first() or "")


def sweep_bucket() -> int:
    """Remove what nobody owns in the bucket; how many."""
    return package_files.sweep_elsewhere()


def backends(*, times: int) -> list[int]:
    """Which processes of the database answered so many questions, one after the other."""
    found = set()
    for _each in range(times):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            found.add(int(cursor.fetchone()[0]))
    return sorted(found)


def pool_faults() -> list[str]:
    """What the check of the pool finds."""
    return [str(found.id) for found in silent_transactions_end(databases=["default"])]
