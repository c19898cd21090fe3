"""The roles of our staff: which team may see and do what, as data; `manage.py sync_roles` gives it to the teams."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

AGENTS = "Request agents"
SENIORS = "Senior request agents"
OFFICERS = "Data protection officers"
AUDITORS = "Auditors"
SUPPORT = "Customer support"
WRITERS = "Message writers"
# What each is there for, in a sentence; in this order they stand on the desk and in docs/reference/roles.md.
MAY: Mapping[str, Any] = {
    AGENTS: _(
        "Answer people: take requests, ask, extend, refuse and approve all but an erasure, which they recommend; answer"
        " messages and look after Customers and those whom they enrol."
    ),
    SENIORS: _("Do what agents do, and approve the erasures that a colleague recommended."),
    OFFICERS: _(
        "Answer for data protection: decide on requests, approve erasures, see every register and record, look into"
        " unusual reading, and say what people are asked about cookies."
    ),
    AUDITORS: _("See all that the other teams see, and change nothing."),
    SUPPORT: _(
        "Help people with their accounts, enrolments and messages, and tell them how far a request is; no file that"
        " goes with a request is shown to them, and they decide on none."
    ),
    WRITERS: _("Write to subscribers, of whom they see only how many there are."),
}
# What the permissions that are not about a list allow, in words.
ALSO: Mapping[str, Any] = {
    "rights_requests.approve_erasure": _("approve an erasure that a colleague recommended"),
    "rights_requests.see_evidence": _("open the files that go with a request"),
    "consent.send_mailing": _("send promotional messages"),
    "privacy.hold_back": _("hold deletions back from the nightly sweep"),
}
# Beyond deciding: to open proofs of identity and letters, and to agree to what cannot be undone.
EVIDENCE = ("rights_requests.see_evidence",)
APPROVAL = ("rights_requests.approve_erasure",)
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
# They also keep the registers of the law, and write what was thought of the risks.
REGISTERS = (
    "privacy.view_register",
    "privacy.view_impactassessment",
    "privacy.add_impactassessment",
    "rights_requests.add_recipient",
    "rights_requests.change_recipient",
)
# Legal holds, disclosures and breaches are theirs alone: what they are about may be secret.
CASES = tuple(
    f"privacy.{act}_{register}"
    for register in ("legalhold", "disclosure", "breach")
    for act in ("view", "add", "change")
)
# By name, since this floor knows nothing of requests; a permission that does not exist is simply not given.
PERMISSIONS: dict[str, tuple[str, ...]] = {
    AGENTS: (*QUEUE, *EVIDENCE, *PEOPLE_CARE),
    SENIORS: (*QUEUE, *EVIDENCE, *APPROVAL, *PEOPLE_CARE),
    OFFICERS: (
        *QUEUE,
        *EVIDENCE,
        *APPROVAL,
        "auth.view_group",
        "privacy.view_readingday",
        "privacy.change_readingday",
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
        *REGISTERS,
        "privacy.view_auditentry",
        "privacy.view_chorerun",
        "privacy.view_auditseal",
        "privacy.view_job",
        "privacy.view_jobstep",
        "privacy.view_heartbeat",
        "privacy.view_processingstop",
        *CASES,
        "privacy.view_policyversion",
        "privacy.view_policytext",
        "privacy.view_retentionrun",
        "privacy.view_retentioncount",
        "privacy.view_heldback",
        "privacy.hold_back",
    ),
    # Whoever writes to subscribers sees no subscription: only how many there are.
    WRITERS: (
        "consent.view_mailing",
        "consent.add_mailing",
        "consent.change_mailing",
        "consent.delete_mailing",
        "consent.send_mailing",
    ),
    SUPPORT: (
        "rights_requests.view_rightsrequest",
        "accounts.view_user",
        "accounts.view_customer",
        "accounts.view_enrolment",
        "accounts.add_enrolment",
        "accounts.change_enrolment",
        "accounts.view_customeradministrator",
        "visitors.view_contactmessage",
        "visitors.change_contactmessage",
    ),
}
# Whoever checks how we work sees what anybody sees: what a team is given later, an auditor sees by itself.
PERMISSIONS[AUDITORS] = (
    *sorted({name for given in PERMISSIONS.values() for name in given if name.partition(".")[2].startswith("view_")}),
    *EVIDENCE,
)
