"""Every address of the site, read from its own patterns, filled in with somebody's things or with things nobody has."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from accounts import changed_address, not_me_links, unused_links
from accounts.administering import customer_of
from accounts.models import FormerAddress, UnusedNotice, User
from consent import links, receipts
from consent.models import ConsentEvent, Wording
from privacy.models import AuditSeal, Heartbeat, Job, RetentionRun
from privacy.uploads.clean import Cleaned
from privacy.uploads.kinds import Kind
from privacy.vocabulary import Right, RunState
from rights_requests.follow import follow_token
from rights_requests.fulfilment.receipt import issue
from rights_requests.models import (
    Decision,
    Evidence,
    Message,
    Proposal,
    Recipient,
    RefusalReason,
    ReplyTemplate,
    RightsRequest,
    State,
    Transfer,
)
from rights_requests.services import evidence, transferring
from rights_requests.stop_links import StopPurpose, stop_token
from rights_requests.vocabulary import DecisionKind, EvidenceKind, MessageKind, TransferKind
from tests.accounts.cards import make_grant
from tests.api.factories import make_key
from tests.consent.factories import CATALOGUE
from tests.factories import make_enrolment, make_mailing, make_package, make_request, make_user
from tests.holdings import FACTORIES
from tests.import_factories import make_import
from tests.privacy.policy.publishing import published
from tests.privacy.uploads.making import picture
from tests.rights_requests.desk import make_erasure
from tests.rights_requests.scenario import subject_actor
from tests.sign_in_factories import make_sign_in

PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
UNKNOWN_UUID = "6f9619ff-8b86-d011-b42d-00c04fc964ff"
UNKNOWN_NUMBER = "2147480000"
# What stands in an address and names nothing of anybody.
PLAIN = {
    "right": "access",
    "name": "approve",
    "kind": "csv",
    "app_label": "rights_requests",
    "url": "no/such/page",
    "rest": "privacy",
    "topic": "newsletter",
    "processing": "support",
    "nothing": "no/such/thing",
}
UNKNOWN = {
    "reference": "OC-0000-0000",
    "token": "x" * 43,
    "request_id": UNKNOWN_UUID,
    **dict.fromkeys(("evidence_id", "key_id"), UNKNOWN_UUID),
    "notice_id": UNKNOWN_UUID,
    "message_id": UNKNOWN_UUID,
    "change_id": UNKNOWN_NUMBER,
    "pk": UNKNOWN_NUMBER,
    "number": UNKNOWN_NUMBER,
    "view_id": UNKNOWN_NUMBER,
    "reading_id": UNKNOWN_NUMBER,
    "holding": "nothing-such",
    "picture_id": UNKNOWN_NUMBER,
    "enrolment_id": UNKNOWN_UUID,
    "grant_id": UNKNOWN_UUID,
    "import_id": UNKNOWN_UUID,
    "processing": "nothing-such",
    "held_id": UNKNOWN_NUMBER,
    "run_id": UNKNOWN_UUID,
}
# Pages of a card that somebody else shares.
RECEIVED = {"accounts:sharing_card", "accounts:sharing_refuse"}
# A part that staff keep of an erasure.
KEPT: Mapping[str, Any] = {
    "kind": DecisionKind.PARTIAL,
    "reason": RefusalReason.LEGAL_CLAIMS,
    "text": "The court decides.",
    "holding": "visitors-contactmessage",
}
# An act that is open for what somebody has there; elsewhere it is the one in PLAIN.
ACTS = {
    "admin:privacy_breach_act": "note",
    "admin:privacy_disclosure_act": "longer",
    "admin:privacy_legalhold_act": "end",
    "admin:rights_requests_rightsrequest_bulk": "assign",
}
# Pages of a copy before it is made, of which the entries are of one holding.
PREVIEW = "admin:rights_requests_rightsrequest_preview"
PREVIEWS = {f"{PREVIEW}{page}" for page in ("", "_entries", "_search", "_leave_out", "_put_back")}
# Lists of the admin whose rows belong to nobody.
OF_NOBODY: Mapping[str, Callable[[], Model]] = {
    "privacy.auditseal": lambda: AuditSeal.objects.create(day="2026-01-01", last_seq=0),
    "privacy.heartbeat": lambda: Heartbeat.objects.create(part="worker", beat_at=timezone.now()),
    **CATALOGUE,
    "consent.mailing": make_mailing,
    "consent.wording": lambda: Wording.objects.create(language="en", text="You agree.", sha256="0" * 64),
    "auth.group": lambda: Group.objects.create(name="Team"),
    "privacy.policyversion": published,
    "privacy.retentionrun": lambda: RetentionRun.objects.create(state=RunState.FAILED),
    "rights_requests.recipient": lambda: Recipient.objects.create(name="Carrier", what_for="carries"),
    "rights_requests.replytemplate": lambda: ReplyTemplate.objects.create(title="Hello", language="en", text="Hello."),
}


@dataclass(frozen=True)
class Route:
    """One pattern of the site; `name` is empty where it has none."""

    pattern: str
    name: str

    @property
    def parameters(self) -> list[str]:
        """What stands open in it, in order."""
        return [found[2] or found[3] for found in PARAMETER.finditer(self.pattern)]

    def filled(self, values: Mapping[str, str]) -> str:
        """An address under it."""
        path = PARAMETER.sub(lambda found: values[found[2] or found[3]], self.pattern)
        return "/" + path.replace("^", "").removesuffix("$")


def routes(patterns: list[Any] | None = None, before: str = "", space: str = "") -> Iterator[Route]:
    """Every pattern, those of the admin and of allauth included."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        text = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = space + (f"{pattern.namespace}:" if pattern.namespace else "")
            yield from routes(pattern.url_patterns, text, inner)
        else:
            yield Route(text, space + (pattern.name or ""))


@dataclass(frozen=True)
class Things:
    """What one person has at the site: by route the request that it is about, by parameter the rest."""

    user: User
    requests: Mapping[str, RightsRequest]
    evidence: Evidence
    tokens: Mapping[str, str]
    rows: Mapping[str, str]

    @classmethod
    def of_somebody(cls) -> "Things":
        """A person with a row of everything, and with a request in the state that each page needs."""
        user = make_user("ada@example.org")
        rows = {label: str(FACTORIES[label](user, "canary")[0].pk) for label in _with_rows() if label in FACTORIES}
        rows |= {label: str(make().pk) for label, make in OF_NOBODY.items()}
        # Another person left an address a moment ago: whoever did so themselves is handed no copy for some days.
        FormerAddress.objects.filter(user=user).delete()
        rows["accounts.formeraddress"] = str(FACTORIES["accounts.formeraddress"](make_user(), "left")[0].pk)
        rows["received"] = str(make_grant(make_user(), user.email).pk)
        requests = _requests(user)
        filed = requests[""]
        # The person looks after a Customer, and this is one of its people.
        rows["enrolled"] = str(make_enrolment(customer=customer_of(user.pk)).pk)
        rows["list"] = str(make_import(by=user.administers).pk)
        rows["key"] = str(make_key(customer_of(user.pk)).pk)
        rows |= {"accounts.user": str(user.pk), "rights_requests.rightsrequest": str(filed.pk)}
        rows["privacy.job"] = str(Job.objects.create(kind=Right.ERASURE, about=filed.pk).pk)
        return cls(user, requests, _attachment(filed, user), _tokens(requests, user, rows), rows)

    def values(self, route: Route) -> dict[str, str]:
        """The parameters of a route, filled in with what this person has."""
        request = self.requests.get(route.name, self.requests[""])
        return {
            **PLAIN,
            "name": ACTS.get(route.name, PLAIN["name"]),
            "reference": request.reference,
            "request_id": str(request.pk),
            "object_id": self.rows.get(admin_model(route), str(request.pk)),
            "content_type_id": str(ContentType.objects.get_for_model(RightsRequest).pk),
            "evidence_id": str(self.evidence.pk),
            "notice_id": self.rows["rights_requests.recipientnotice"],
            "message_id": self.rows["visitors.contactmessage"],
            "change_id": self.rows["accounts.profilechange"],
            "pk": self.rows["mfa.authenticator"],
            "number": self.rows["privacy.policyversion"],
            "token": self.tokens.get(route.name, ""),
            "holding": "accounts-user" if route.name in PREVIEWS else KEPT["holding"],
            "reading_id": self.rows["privacy.readingday"],
            "picture_id": self.rows["consent.noticepicture"],
            "enrolment_id": self.rows["enrolled"],
            "grant_id": self.rows["received" if route.name in RECEIVED else "accounts.sharinggrant"],
            "import_id": self.rows["list"],
            "key_id": self.rows["key"],
            "view_id": self.rows["rights_requests.savedview"],
            "held_id": self.rows["privacy.heldback"],
            "run_id": self.rows["privacy.retentionrun"],
        }

    def unknown(self, route: Route) -> dict[str, str]:
        """The same, with things that nobody has."""
        label = admin_model(route)
        kind = apps.get_model(label)._meta.pk.get_internal_type() if label else "UUIDField"
        row = {"UUIDField": UNKNOWN_UUID, "DateField": "1999-12-31", "CharField": "nobody"}.get(kind, UNKNOWN_NUMBER)
        return {**self.values(route), **UNKNOWN, "object_id": row}


def admin_model(route: Route) -> str:
    """The label of the model whose list or row the route of the admin is; empty for any other."""
    found = re.match(r"admin/(\w+)/(\w+)/", route.pattern)
    label = f"{found[1]}.{found[2]}" if found else ""
    return label if label in {model._meta.label_lower for model in admin.site._registry} else ""


def masked(body: bytes, values: Iterable[str]) -> bytes:
    """An answer without what must differ: the cross-site token, and the names of the things that were asked for."""
    body = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", body)
    for value in sorted(set(values) - {*PLAIN.values(), *ACTS.values(), ""}, key=len, reverse=True):
        # A number by itself may be any number; in an address it is the thing.
        before = rb"(?:(?<=/)|(?<=2F))" if value.isdecimal() else rb"(?:(?<![\w-])|(?<=2F))"
        for form in (quote(quote(value, safe=""), safe=""), quote(value, safe=""), value):
            body = re.sub(before + rb"%b(?![\w-])" % re.escape(form.encode()), b"THING", body)
    return body


def _with_rows() -> list[str]:
    listed = {model._meta.label_lower for model in admin.site._registry}
    more = {
        "accounts.formeraddress",
        "accounts.profilechange",
        "accounts.sharinggrant",
        "accounts.unusednotice",
        "mfa.authenticator",
        "privacy.readingday",
        "rights_requests.recipientnotice",
        "rights_requests.savedview",
    }
    return sorted(listed | more)


def _requests(user: User) -> dict[str, RightsRequest]:
    """By the route whose page needs it; the one without a name is for all other pages."""
    corrected = make_request(user, Right.RECTIFICATION)
    Proposal.objects.create(
        request=corrected, holding="accounts-profile", field="name", row_key=str(user.pk), old="canary", new="Ada"
    )
    copied = make_request(user, Right.ACCESS, State.COMPLETED)
    make_package(copied)
    erased = make_erasure(user, State.COMPLETED)
    issue(erased, {}, {}, "2027-01-07T12:00:00+00:00")
    refused = {"refusal_reason": RefusalReason.EXCESSIVE, "refusal_text": "Twice."}
    open_one = make_erasure(user)
    Decision.objects.create(request=open_one, **KEPT)
    appealed = make_request(user, Right.OBJECTION, State.REFUSED, **refused)
    return {
        "": open_one,
        "rights_requests:appeal_part": open_one,
        **dict.fromkeys(PREVIEWS, make_request(user)),
        **dict.fromkeys(("rights_requests:add_proof", "rights_api:proofs"), corrected),
        **dict.fromkeys(("rights_requests:download", "rights_api:download"), copied),
        **dict.fromkeys(("rights_requests:follow_receipt", "rights_api:receipt"), erased),
        **dict.fromkeys(("rights_requests:appeal", "rights_api:appeal"), appealed),
        "rights_requests:transfer": make_request(user, Right.PORTABILITY, State.COMPLETED),
    }


def _attachment(request: RightsRequest, user: User) -> Evidence:
    """A file that this person sent with a message."""
    actor, picture_file = subject_actor(user), Cleaned(picture(size=(30, 20)), Kind.JPEG)
    message = Message.objects.create(request=request, kind=MessageKind.FROM_PERSON, author=str(actor), text="See.")
    given = {"actor": actor, "kind": EvidenceKind.ATTACHMENT, "message": message}
    return evidence.keep(request_id=request.pk, file=picture_file, **given)


def _tokens(requests: Mapping[str, RightsRequest], user: User, rows: Mapping[str, str]) -> dict[str, str]:
    """The secret addresses that were mailed to this person, and to whom they have their data sent."""
    request, link = requests[""], "a-link-that-was-mailed"
    own, subscribed = follow_token(request.pk), UUID(rows["consent.subscription"])
    receipt = receipts.token_of(ConsentEvent.objects.get(pk=rows["consent.consentevent"]).key)
    Transfer.objects.create(
        request=requests["rights_requests:transfer"],
        kind=TransferKind.MAIL,
        target="new.home@example.org",
        token_hash=transferring._hashes(link)[0],
        expires_at=timezone.now() + timedelta(days=1),
    )
    left = FormerAddress.objects.get(pk=rows["accounts.formeraddress"])
    return {
        "accounts:take_address_back": changed_address.token_of(left),
        "rights_requests:follow": own,
        "rights_requests:follow_progress": own,
        "rights_requests:follow_receipt": follow_token(requests["rights_requests:follow_receipt"].pk),
        "rights_requests:stop_request": stop_token(request.pk, StopPurpose.REQUEST),
        "rights_requests:stop_adult": stop_token(request.pk, StopPurpose.ADULT),
        "rights_requests:transfer": link,
        "accounts:unused": unused_links.token(UnusedNotice.objects.get(user=user).pk),
        "accounts:not_me": not_me_links.token(make_sign_in(user).pk),
        **dict.fromkeys(("consent:receipt", "consent:receipt_data"), receipt),
        **{f"visitors:newsletter_{use}": links.token(use, subscribed, ["newsletter"]) for use in links.Use},
    }
