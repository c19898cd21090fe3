"""The roles of our staff: which team may see and do what, as data."""

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
}
