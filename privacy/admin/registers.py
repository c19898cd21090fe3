"""The registers that are generated: record of processing, agreements, transfers; each a page, a CSV, a signed JSON."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.admin_base import staff_actor
from privacy.desk_pages import Group, desk_page, page_answer
from privacy.registers import alarms, parties, printing
from privacy.registers.answers import saved
from privacy.registers.exporting import Form, Printed, export
from privacy.registers.record import hash_of, storage

VIEW = "privacy.view_register"
RECORD = _("Record of processing")
AGREEMENTS = _("Processors and agreements")
TRANSFERS = _("Transfers and safeguards")


@desk_page(
    "registers/processing/",
    name="registers_record",
    permission=VIEW,
    group=Group.REGISTERS,
    title=RECORD,
    says=_("What we do with personal data, why, on which basis and how long (Art. 30)"),
)
def record_page(request: HttpRequest) -> HttpResponse:
    """The record of processing, as page or, posted, as file."""
    if request.method == "POST":
        return _file(request, printing.printed_record)
    found = printing.printed_record()
    context = {"record": found.content, "hash": hash_of(found.content), **_today()}
    return page_answer(request, "admin/registers/record.html", context, title=RECORD)


@desk_page(
    "registers/agreements/",
    name="registers_agreements",
    permission=VIEW,
    group=Group.REGISTERS,
    title=AGREEMENTS,
    says=_("Who works for us or receives data, and until when it is agreed (Art. 28)"),
    alarm=alarms.of_agreements,
)
def agreements_page(request: HttpRequest) -> HttpResponse:
    """Every recipient and Customer with its agreement; posted, the same as file."""
    if request.method == "POST":
        return _file(request, printing.printed_parties)
    everyone, today = parties.every(), timezone.localdate()
    known = printing.titles()
    rows = [_party(request, party, known, today) for party in everyone]
    context = {
        "recipients": [row for row in rows if not row["party"].is_customer],
        "customers": [row for row in rows if row["party"].is_customer],
        "alarming": len(parties.alarming(everyone, today)),
        "may_add": request.user.has_perm("rights_requests.add_recipient"),
        **_today(),
    }
    return page_answer(request, "admin/registers/agreements.html", context, title=AGREEMENTS)


@desk_page(
    "registers/transfers/",
    name="registers_transfers",
    permission=VIEW,
    group=Group.REGISTERS,
    title=TRANSFERS,
    says=_("Where data lies, and what protects it outside the Regulation’s reach (Art. 44 to 49)"),
)
def transfers_page(request: HttpRequest) -> HttpResponse:
    """Where data lies and where it goes; posted, the same as file."""
    if request.method == "POST":
        return _file(request, printing.printed_transfers)
    known, today = printing.titles(), timezone.localdate()
    context = {
        "places": storage(),
        "abroad": [_party(request, party, known, today) for party in printing.abroad()],
        "placeless": [_party(request, party, known, today) for party in printing.placeless()],
        **_today(),
    }
    return page_answer(request, "admin/registers/transfers.html", context, title=TRANSFERS)


def _file(request: HttpRequest, printed: Callable[[], Printed]) -> HttpResponse:
    """The file in the form that the pressed button names."""
    form = Form.JSON if request.POST.get("form") == Form.JSON else Form.CSV
    return saved(export(actor=staff_actor(request), printed=printed(), form=form))


def _party(request: HttpRequest, party: parties.Party, known: dict[str, str], today: Any) -> dict[str, Any]:
    """A party as a line of a page; the way to where it is kept is for those who may go there."""
    label, kind = parties.pill(party.agreement, today)
    return {
        "party": party,
        "url": party.page if request.user.has_perm(party.permission) else "",
        "receives": [known.get(slug, slug) for slug in party.receives],
        "pill": label,
        "pill_kind": kind,
    }


def _today() -> dict[str, Any]:
    return {"forms": Form.choices, "now": timezone.now()}
