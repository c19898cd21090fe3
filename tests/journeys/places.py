"""Every page of the portal in each of its states: who is there, how one gets there, by what heading one knows it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory

from tests.journeys.scene import Scene, in_queue
from tests.journeys.walker import Walker
from visitors.site_pages import PAGES

Going = Callable[[Walker, Scene], object]


@dataclass(frozen=True)
class Place:
    """One page in one state; `who` is a visitor or the role of a demonstration account.

    `heading` is a part of the page's heading.
    """

    name: str
    who: str
    heading: str
    goes: Going = field(repr=False)


def at(path: str) -> Going:
    """The page at an address, in which names of the scene stand in braces."""
    return lambda walker, scene: walker.opens(path.format_map(names(scene)))


def names(scene: Scene) -> dict[str, Any]:
    """What may stand in the braces."""
    return {**vars(scene), **vars(scene.rights)}


def pressed(path: str, button: str, **answers: str) -> Going:
    """The page after a button was pressed."""

    def go(walker: Walker, scene: Scene) -> None:
        walker.opens(path.format_map(names(scene)))
        walker.fills(**answers)
        walker.presses(button)

    return go


def checked(document: str) -> Going:
    """The verdict on a document of the scene."""

    def go(walker: Walker, scene: Scene) -> None:
        walker.goes("/privacy/verify/")
        walker.main.locator("[name=document_file]").set_input_files(getattr(scene, document))
        walker.presses("Check this document")

    return go


def workspace(name: str, view: str = "open") -> Going:
    """The workspace of a request of the scene."""
    return lambda walker, scene: walker.opens_in_queue(names(scene)[name], view)


def refusing_without_words(walker: Walker, scene: Scene) -> None:
    walker.opens_in_queue(scene.opened)
    walker.main.locator("summary", has_text="Refuse the request").click()
    walker.presses("Refuse and tell the person")


def proposing_no_fee(walker: Walker, scene: Scene) -> None:
    walker.opens_in_queue(scene.rights.longer)
    walker.main.locator("summary", has_text="Propose a fee").click()
    walker.presses("Propose the fee")


def first_row(path: str, naming: str = "") -> Going:
    """What the first line of a list leads to, of those that name this."""

    def go(walker: Walker, scene: Scene) -> None:
        walker.goes(path)
        walker.main.locator("tbody th a, tbody td a").filter(has_text=naming).first.click()

    return go


def queue(query: str) -> Going:
    return lambda walker, scene: in_queue(walker, query)


def stale_form(walker: Walker, scene: Scene) -> None:
    walker.goes("/account/password/reset/")
    walker.page.context.clear_cookies()
    walker.presses("Send me a code")


def too_often(walker: Walker, scene: Scene) -> None:
    for _attempt in range(6):
        walker.goes("/account/password/reset/")
        walker.fills(email="nobody.at.all@example.org")
        walker.presses("Send me a code")


def erasure_checked(walker: Walker, scene: Scene) -> None:
    walker.goes("/requests/new/erasure/")
    walker.presses("Continue")


def correction_checked(walker: Walker, scene: Scene) -> None:
    walker.corrects("workplace", "w" * 100)


def for_someone_checked(walker: Walker, scene: Scene) -> None:
    walker.opens("/requests/for-someone/")
    walker.main.locator("[name=role][value=agent]").check()
    walker.main.locator("[name=right][value=access]").check()
    walker.fills(name="Ada Agent", email="somebody.else@example.org")
    walker.presses("Continue")
    walker.presses("Continue")
    walker.opens("/requests/for-someone/access/check/")


def deciding_on_nothing(walker: Walker, scene: Scene) -> None:
    walker.opens_in_queue(scene.corrected)
    walker.main.locator("summary", has_text="Decide on each correction").click()
    walker.presses("Put the decisions on record")


def answered(right: str, **choices: str) -> Going:
    """The page after choosing answers to the question of a right and going on."""

    def go(walker: Walker, scene: Scene) -> None:
        walker.goes(f"/requests/new/{right}/")
        for name, choice in choices.items():
            walker.chooses(name, choice)
        walker.presses("Continue")

    return go


def spent_button(walker: Walker, scene: Scene) -> None:
    walker.opens(f"/requests/{scene.ready}/download/")
    walker.main.locator("[name=token]").evaluate("field => { field.value = 'spent' }")
    walker.presses("Download my data")


def failing(template: str) -> Going:
    """An error page that a sound site does not show, put at an address of the site."""

    def go(walker: Walker, scene: Scene) -> None:
        request = RequestFactory().get("/")
        request.user = AnonymousUser()
        page = render_to_string(template, request=request if template.startswith("4") else None)
        walker.page.route(f"**/failing/{template}", lambda route: route.fulfill(body=page, content_type="text/html"))
        walker.goes(f"/failing/{template}")

    return go


ADDRESS = "/requests/who/address/?next=/requests/new/access/"
PART = "/requests/{partly}/appeal/visitors-contactmessage/"
WORDINGS = "/admin/rights_requests/replytemplate/"
INTAKE = "/admin/rights_requests/rightsrequest/intake/"
VISITOR = [
    Place("home", "visitor", "Software that reads the shelf", at("/")),
    *(Place(page.name, "visitor", str(page.title), at(f"/{page.path}")) for page in PAGES if page.template),
    Place("privacy centre", "visitor", "Your data and your rights", at("/privacy/")),
    Place("policy", "visitor", "Privacy policy", at("/privacy/policy/")),
    Place("policy, versions", "visitor", "Versions of the privacy policy", at("/privacy/policy/versions/")),
    Place("policy, compared", "visitor", "From version 1 to version 2", at("/privacy/policy/compare/?from=1&to=2")),
    Place("policy, none such", "visitor", "There is no such page", at("/privacy/policy/versions/99/")),
    Place("what we hold", "visitor", "What we hold, and why", at("/privacy/held/")),
    Place("who receives it", "visitor", "Who receives it", at("/privacy/recipients/")),
    Place("where it is kept", "visitor", "Where it is kept", at("/privacy/places/")),
    Place("how long", "visitor", "How long it is kept", at("/privacy/retention/")),
    Place("how safe", "visitor", "How it is kept safe", at("/privacy/safeguards/")),
    Place("authority", "visitor", "Authorities, country by country", at("/privacy/authorities/?place=QA")),
    Place("figures", "visitor", "How we answer", at("/privacy/figures/")),
    Place("sign up", "visitor", "Create an account", at("/account/signup/")),
    Place("sign up, empty", "visitor", "Create an account", pressed("/account/signup/", "Create my account")),
    Place("sign in", "visitor", "Sign in", at("/account/login/")),
    Place(
        "sign in, wrong",
        "visitor",
        "Sign in",
        pressed("/account/login/", "Sign in", login="x@example.org", password="wrong"),
    ),
    Place("forgotten password", "visitor", "Choose a new password", at("/account/password/reset/")),
    Place(
        "forgotten password, empty",
        "visitor",
        "Choose a new password",
        pressed("/account/password/reset/", "Send me a code"),
    ),
    Place(
        "code for a new password",
        "visitor",
        "Enter the code from our message",
        pressed("/account/password/reset/", "Send me a code", email="nobody@example.org"),
    ),
    Place("make a request, signed out", "visitor", "Make a request about your data", at("/requests/new/")),
    Place("who asks", "visitor", "How do we know that it is you?", at("/requests/who/")),
    Place("address", "visitor", "Which address do we know you by?", at(ADDRESS)),
    Place("address, wrong", "visitor", "Which address", pressed(ADDRESS, "Send me a code", email="nobody")),
    Place("code", "visitor", "Look into your mailbox", pressed(ADDRESS, "Send me a code", email="n@example.org")),
    Place("transfer", "visitor", "Somebody has their data sent to you", at("{transfer}")),
    Place("transfer, taken", "visitor", "This link leads to nothing any more", at("/transfer/none/")),
    Place("stop", "visitor", "Stop what was asked in your name?", at("{stop}")),
    Place("not a child", "visitor", "Are you 18 or older?", at("{adult}")),
    Place("a child", "visitor", "Tell us about a child", at("/requests/child/")),
    Place("a child, empty", "visitor", "Tell us about a child", pressed("/requests/child/", "Send your report")),
    Place("a child, sent", "visitor", "Thank you for telling us", at("/requests/child/sent/")),
    Place("check a document", "visitor", "Check a signed document", at("/privacy/verify/")),
    Place("check nothing", "visitor", "Check a signed document", pressed("/privacy/verify/", "Check this document")),
    Place("genuine", "visitor", "Check a signed document", checked("receipt")),
    Place("altered", "visitor", "Check a signed document", checked("altered")),
    Place("not ours", "visitor", "Check a signed document", checked("foreign")),
    Place("contact", "visitor", "Write to us", at("/contact/")),
    Place("contact, empty", "visitor", "Write to us", pressed("/contact/", "Send your message")),
    Place("draft, empty", "visitor", "Write to us", pressed("/contact/", "Keep my draft")),
    Place(
        "draft, kept", "visitor", "Write to us", pressed("/contact/", "Keep my draft", text="Does it read " + "w" * 99)
    ),
    Place("contact, sent", "visitor", "We have your message", at("{contact_sent}")),
    Place("newsletter", "visitor", "Hear from us", at("/newsletter/?topic=policy_changes")),
    Place("newsletter, empty", "visitor", "Hear from us", pressed("/newsletter/", "Subscribe")),
    Place("newsletter, sent", "visitor", "Look into your mailbox", at("/newsletter/sent/")),
    Place("newsletter, yes?", "visitor", "Do you want our messages?", at("{newsletter_confirm}")),
    Place("newsletter, end?", "visitor", "End these messages?", at("{newsletter_end}")),
    Place("newsletter, choices", "visitor", "Your choices", at("{newsletter_choices}")),
    Place("follow, open", "visitor", "Get a copy of my data", at("{follow_opened}")),
    Place("follow, refused", "visitor", "Get a copy of my data", at("{follow_refused}")),
    Place("follow, receipt", "visitor", "Delete my data", at("{follow_erased}")),
    Place("not found", "visitor", "There is nothing here for you", at("/nowhere/")),
    Place("stale form", "visitor", "This page was open too long", stale_form),
    Place("too often", "visitor", "Too many tries", too_often),
    Place("our fault", "visitor", "Something broke on our side", failing("500.html")),
    Place("database away", "visitor", "We are not open just now", failing("503.html")),
    Place("records put back", "visitor", "Signing in is closed for now", failing("503_ledger.html")),
    Place("forbidden", "visitor", "You may not open this page", failing("403.html")),
    Place("outbox", "visitor", "Outbox", at("/outbox/")),
    Place("letter", "visitor", "OC-", first_row("/outbox/", naming="OC-")),
]
PERSON = [
    Place("requests", "subject", "Your requests", at("/requests/")),
    Place("my data", "subject", "What we hold about you", at("/privacy/mine/")),
    Place("requests, none yet", "officer", "Your requests", at("/requests/")),
    Place("for someone", "subject", "Ask for someone else", at("/requests/for-someone/")),
    Place("for someone, empty", "subject", "Ask for someone else", pressed("/requests/for-someone/", "Continue")),
    Place("for someone, checked", "subject", "Check your request before you send it", for_someone_checked),
    Place("make a request, one open", "subject", "Make a request about your data", at("/requests/new/")),
    Place("already asked", "subject", "You have already asked for this", at("/requests/new/access/")),
    Place("request, open", "subject", "Get a copy of my data", at("/requests/{opened}/")),
    Place("request, refused", "subject", "Get a copy of my data", at("/requests/{refused}/")),
    Place("request, withdrawn", "subject", "Get a copy of my data", at("/requests/{withdrawn}/")),
    Place("request, ready", "administrator", "Get a copy of my data", at("/requests/{ready}/")),
    Place("request, erasure", "other_subject", "Delete my data", at("/requests/{prepared}/")),
    Place("sent", "subject", "We have your request", at("/requests/{opened}/sent/")),
    Place("sent, erasure", "other_subject", "We have your request", at("/requests/{prepared}/sent/")),
    Place("appeal", "subject", "Appeal our refusal", at("/requests/{refused}/appeal/")),
    Place("appeal, empty", "subject", "Appeal our", pressed("/requests/{refused}/appeal/", "Send your appeal")),
    Place("withdraw", "subject", "Withdraw your request?", at("/requests/{opened}/withdraw/")),
    Place("download", "administrator", "Your copy is ready", at("/requests/{ready}/download/")),
    Place("download, button spent", "administrator", "Your copy is ready", spent_button),
    Place("message", "other_subject", "Get a copy of my data", at("/requests/new/access/")),
    Place(
        "message, too long",
        "other_subject",
        "Get a copy of my data",
        pressed("/requests/new/access/", "Continue", message="x" * 2001),
    ),
    Place(
        "answers",
        "other_subject",
        "Check your request before you send it",
        pressed("/requests/new/access/", "Continue", message="w" * 200),
    ),
    Place("plan", "subject", "What would go and what would stay", at("/requests/new/erasure/")),
    Place("answers, erasure", "subject", "Check before you ask us to delete your data", erasure_checked),
    Place("corrections", "subject", "Correct my data", at("/requests/new/rectification/")),
    Place("corrections, none", "subject", "Correct my data", pressed("/requests/new/rectification/", "Continue")),
    Place("answers, corrections", "subject", "Check your corrections before you send them", correction_checked),
    Place("request, corrections", "administrator", "Correct my data", at("/requests/{corrected}/")),
    Place("a proof", "administrator", "Add a file that shows it", at("/requests/{corrected}/proof/")),
    Place(
        "no proof",
        "administrator",
        "Add a file that shows it",
        pressed("/requests/{corrected}/proof/", "Send the file"),
    ),
    Place("account", "subject", "Hello", at("/account/")),
    Place("profile", "subject", "Your profile", at("/account/profile/")),
    Place("profile, wrong", "subject", "Your profile", pressed("/account/profile/", "Save my profile", phone="none")),
    Place("addresses", "subject", "Your e", at("/account/email/")),
    Place("password", "subject", "Change your password", at("/account/password/change/")),
    Place("sessions", "subject", "Where you are signed in", at("/account/sessions/")),
    Place("second step", "subject", "Second step for signing in", at("/account/2fa/")),
    Place("authenticator app", "subject", "Add an authenticator app", at("/account/2fa/totp/activate/")),
    Place("passkey", "subject", "Add a passkey", at("/account/2fa/webauthn/add/")),
    Place("sign out", "subject", "Sign out of this browser?", at("/account/logout/")),
    Place("is it still you", "subject", "Is it still you?", at("/account/reauthenticate/")),
]
NO_ACCOUNT = [
    Place("requests of a stranger", "stranger", "Your requests", at("/requests/")),
    Place("my data, of a stranger", "stranger", "What we hold about you", at("/privacy/mine/")),
    Place("restriction", "stranger", "Restrict the use of my data", at("/requests/new/restriction/")),
    Place("restriction, empty", "stranger", "Restrict the use", pressed("/requests/new/restriction/", "Continue")),
    Place("objection", "stranger", "Object to the use of my data", at("/requests/new/objection/")),
    Place("objection, no reason", "stranger", "Object to the use", answered("objection", ground="own_situation")),
    Place("answers, objection", "stranger", "Check your request", answered("objection", ground="marketing")),
    Place("portability", "stranger", "Take my data elsewhere", at("/requests/new/portability/")),
    Place("portability, no address", "stranger", "Take my data elsewhere", answered("portability", way="https")),
    Place("plan of a stranger", "stranger", "What would go and what would stay", at("/requests/new/erasure/")),
    Place("request, restricted", "stranger", "Restrict the use of my data", at("/requests/{restricted}/")),
    Place("end of a restriction", "stranger", "May we use your data again?", at("/requests/{restricted}/end/")),
    Place("request, our question", "stranger", "Get a copy of my data", at("/requests/{asked}/")),
    Place("message to us", "stranger", "Write to us", at("/requests/{asked}/write/")),
    Place("message to us, empty", "stranger", "Write to us", pressed("/requests/{asked}/write/", "Send your message")),
    Place("answer", "stranger", "Get a copy of my data", at("/requests/{asked}/answer/")),
    Place("answer, empty", "stranger", "Get a copy", pressed("/requests/{asked}/answer/", "Send your answer")),
    Place("requests, the clock stands still", "asked much", "Your requests", at("/requests/")),
    Place("request, a part stays", "asked much", "Delete my data", at("/requests/{partly}/")),
    Place("appeal of a part", "asked much", "Appeal that a part stays", at(PART)),
    Place("appeal of a part, empty", "asked much", "Appeal that a part", pressed(PART, "Send your appeal")),
    Place("request, appealed", "disagrees", "Get a copy of my data", at("/requests/{appealed}/")),
    Place("request, a part appealed", "disagrees", "Delete my data", at("/requests/{part_appealed}/")),
    Place("identity document", "disagrees", "Show us that it is you", at("/requests/{doubted}/identity/")),
    Place("no document", "disagrees", "Show us", pressed("/requests/{doubted}/identity/", "Send the picture")),
    Place("request, a fee", "asked much", "Get a copy of my data", at("/requests/{fee}/")),
    Place("request, the clock stands still", "asked much", "Restrict the use of my data", at("/requests/{stands}/")),
    Place("answer, the clock stands still", "asked much", "Restrict the use", at("/requests/{stands}/answer/")),
    Place("request, a longer term", "asked much", "Object to the use of my data", at("/requests/{longer}/")),
    Place("request, transfer", "stranger", "Take my data elsewhere", at("/requests/{ported}/")),
    Place("request for someone", "stand-in", "Get a copy of my data", at("/requests/{for_someone}/")),
]
STAFF = [
    Place("desk", "agent", "Overview", at("/admin/")),
    Place("queue", "agent", "Queue", queue("")),
    Place("queue, nothing found", "agent", "Queue", queue("q=OC-0000-0000")),
    Place("queue, answered", "agent", "Queue", queue("view=closed")),
    Place("take in", "agent", "Take in a request", at(INTAKE)),
    Place("take in, empty", "agent", "Take in a request", pressed(INTAKE, "Put it on record")),
    Place("workspace, access", "agent", "Get a copy of my data", workspace("opened")),
    Place("workspace, error", "agent", "Get a copy of my data", refusing_without_words),
    Place("workspace, same eyes", "agent", "Delete my data", workspace("prepared")),
    Place("workspace, second person", "officer", "Delete my data", workspace("prepared")),
    Place("workspace, corrections", "agent", "Correct my data", deciding_on_nothing),
    Place("workspace, erased", "officer", "Delete my data", workspace("erased", "closed")),
    Place("workspace, refused", "officer", "Get a copy of my data", workspace("refused", "closed")),
    Place("workspace, restricted", "agent", "Restrict the use", workspace("restricted", "closed")),
    Place("workspace, our question", "agent", "Get a copy of my data", workspace("asked")),
    Place("workspace, a part stays", "agent", "Delete my data", workspace("partly")),
    Place("workspace, appeal", "officer", "Get a copy of my data", workspace("appealed")),
    Place("workspace, same refusal", "agent", "Get a copy of my data", workspace("appealed")),
    Place("workspace, appeal of a part", "officer", "Delete my data", workspace("part_appealed")),
    Place("workspace, a document asked", "agent", "Restrict the use of my data", workspace("doubted")),
    Place("workspace, a fee", "agent", "Get a copy of my data", workspace("fee")),
    Place("workspace, a fee without an amount", "agent", "Object to the use of my data", proposing_no_fee),
    Place("workspace, the clock stands still", "agent", "Restrict the use of my data", workspace("stands")),
    Place("workspace, a longer term", "agent", "Object to the use of my data", workspace("longer")),
    Place("workspace, for someone", "agent", "Get a copy of my data", workspace("for_someone")),
    Place("workspace, child", "agent", "Delete my data", workspace("reported")),
    Place("workspace, letter", "agent", "Get a copy of my data", workspace("by_letter")),
    Place("recipients", "agent", "Recipients", at("/admin/rights_requests/recipient/")),
    Place("recipient, empty", "agent", "Add recipient", pressed("/admin/rights_requests/recipient/add/", "Save")),
    Place("wordings", "agent", "Reply templates", at(WORDINGS)),
    Place("wording", "agent", "Reply template", first_row(WORDINGS)),
    Place("wording, empty", "agent", "Add reply template", pressed(f"{WORDINGS}add/", "Save")),
    Place("packages", "officer", "Packages", at("/admin/rights_requests/package/")),
    Place("package", "officer", "Package", first_row("/admin/rights_requests/package/")),
    Place("downloads", "officer", "Downloads", at("/admin/rights_requests/download/")),
    Place("receipts", "officer", "Receipts", at("/admin/rights_requests/receipt/")),
    Place("receipt", "officer", "Receipt", first_row("/admin/rights_requests/receipt/")),
    Place("audit", "officer", "Audit entries", at("/admin/privacy/auditentry/")),
    Place("audit entry", "officer", "Audit entry", first_row("/admin/privacy/auditentry/")),
    Place("stops", "officer", "Stops of processing", at("/admin/privacy/processingstop/")),
    Place("policy versions", "officer", "Versions of the policy", at("/admin/privacy/policyversion/")),
    Place("policy version", "officer", "Version of the policy", first_row("/admin/privacy/policyversion/")),
    Place("policy drift", "officer", "What would change", at("/admin/privacy/policyversion/drift/")),
    Place("jobs", "officer", "Jobs", at("/admin/privacy/job/")),
    Place("job", "officer", "Job", first_row("/admin/privacy/job/")),
    Place("customers", "agent", "Customers", at("/admin/accounts/customer/")),
    Place("customer", "agent", "Customer", first_row("/admin/accounts/customer/")),
    Place("enrolments", "agent", "Enrolments", at("/admin/accounts/enrolment/")),
    Place("enrolment", "agent", "Enrolment", first_row("/admin/accounts/enrolment/")),
    Place("enrol", "agent", "Add enrolment", pressed("/admin/accounts/enrolment/add/", "Save")),
    Place("messages", "agent", "Messages from visitors", at("/admin/visitors/contactmessage/")),
    Place("message from a visitor", "agent", "Message from", first_row("/admin/visitors/contactmessage/")),
    Place("style", "agent", "Style", at("/style/")),
    Place("style, dialog in the page", "agent", "Style", at("/style/?dialog")),
    Place("subscriptions", "officer", "Subscriptions", at("/admin/consent/subscription/")),
    Place("no page for staff either", "agent", "There is nothing here for you", at("/admin/nowhere/")),
]
PLACES = [*VISITOR, *PERSON, *NO_ACCOUNT, *STAFF]


def arrive(place: Place, walker: Walker, scene: Scene) -> None:
    """Go there and see that it is the place."""
    place.goes(walker, scene)
    walker.is_at(re.compile(re.escape(place.heading)))
