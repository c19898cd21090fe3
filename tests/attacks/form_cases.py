"""Honest answers to the forms of people: who sends each, on which page it stands, and what is filled in."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import not_me_links
from accounts.models import User
from consent import links
from consent.models import Subscription
from privacy.vocabulary import Right
from tests.accounts.flows import BORN, code_sent_to, digits_sent_to
from tests.accounts.test_second_step import code_of
from tests.attacks.form_stage import SECRET, Stage
from tests.attacks.roles import NEWCOMER, OWNER, PERSON
from tests.factories import PASSWORD, make_subscription
from tests.privacy.uploads.making import picture
from tests.sign_in_factories import make_sign_in

Given = Mapping[str, Any]
# What is filled in, or how it follows from the page that is shown.
Answers = Given | Callable[[str], Given]
NEW_PASSWORD = "an even better battery staple"


@dataclass(frozen=True)
class Case:
    """One form: who sends it, on which page it stands, honest answers, and where it goes if not to its own page.

    `before` are the pages to fill in first. One that `stores` changes more than the session.
    """

    name: str
    role: str
    page: str
    answers: Answers
    to: str = ""
    before: tuple[tuple[str, Answers], ...] = ()
    stores: bool = True


def of_accounts() -> Iterator[Case]:
    """The account pages: signing up and in, who somebody is."""
    signed_in = at("account_login"), {"login": "dora@example.org", "password": PASSWORD}
    forgotten = at("account_reset_password"), {"email": "carla@example.org"}
    coded = at("account_confirm_password_reset_code"), code_mailed_to("carla@example.org")
    added = at("account_email"), {"email": "b2@example.org", "action_add": "1"}
    more = at("account_email"), {"email": "b3@example.org", "action_add": "1"}
    changed = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD}
    anew = {"password1": NEW_PASSWORD}
    card = {"email": "w@example.org", "parts": ["email"], "days": "7"}
    yield Case("share a card", PERSON, at("accounts:sharing_give"), card)
    yield Case(
        "sign up", "nobody", at("account_signup"), {**BORN, "email": "new@example.org", "password1": NEW_PASSWORD}
    )
    yield Case("sign in", "nobody", at("account_login"), {"login": "carla@example.org", "password": PASSWORD})
    yield Case("forgotten password", "nobody", *forgotten)
    yield Case("code for a password", "nobody", *coded, before=(forgotten,), stores=False)
    yield Case("password anew", "nobody", at("account_complete_password_reset"), anew, before=(forgotten, coded))
    yield Case("who it is", PERSON, at("account_reauthenticate"), {"password": PASSWORD}, stores=False)
    yield Case("new password", PERSON, at("account_change_password"), changed)
    yield Case("new address", PERSON, *added)
    mailed = code_mailed_to("b3@example.org")
    yield Case("code for an address", PERSON, at("account_email_verification_sent"), mailed, before=(more,))
    yield Case("end sessions", PERSON, at("usersessions_list"), {}, stores=False)
    second = at("mfa_authenticate"), code_shown
    yield Case("second step", "nobody", *second, before=(signed_in,))
    yield Case("second step again", "nobody", at("mfa_reauthenticate"), code_shown, before=(signed_in, second))
    yield Case("add an app", PERSON, at("mfa_activate_totp"), code_of_page)
    yield Case("recovery codes", OWNER, at("mfa_generate_recovery_codes"), {})
    yield Case("remove an app", OWNER, at("mfa_deactivate_totp"), {})
    yield Case("end all sessions", PERSON, at("usersessions_list"), {}, to=at("accounts:sign_out_everywhere"))
    strange = make_sign_in(User.objects.get(email="carla@example.org"))
    yield Case("not me", "nobody", at("accounts:not_me", token=not_me_links.token(strange.pk)), {})


def of_profiles(stage: Stage) -> Iterator[Case]:
    """What somebody changes of their own profile, and takes back of a changed address."""
    profile, change = at("accounts:profile"), stage.things.rows["accounts.profilechange"]
    back = at("accounts:take_address_back", token=stage.things.tokens["accounts:take_address_back"])
    yield Case("profile", PERSON, profile, {"name": "Ada", "workplace": "Shop"})
    yield Case("put back", OWNER, profile, {}, to=at("accounts:put_back", change_id=change))
    yield Case("forget a change", OWNER, profile, {}, to=at("accounts:forget_change", change_id=change))
    yield Case("take back an address", "nobody", back, {})


def of_customers(stage: Stage) -> Iterator[Case]:
    """What a Customer's administrator sends, and who claims an enrolment."""
    person = {"nickname": "Lou", "work_email": "lou@work.example", "facts": "store: 3"}
    known = {"enrolment_id": stage.things.rows["enrolled"]}
    claimed = at("accounts:claim"), {"work_email": stage.enrolled.work_email}
    yield Case("enrol for a Customer", OWNER, at("accounts:customer_enrol"), person)
    yield Case("say anew", OWNER, at("accounts:customer_change", **known), {"nickname": "Lou", "facts": ""})
    yield Case("end for a Customer", OWNER, at("accounts:customer_end", **known), {})
    lists = stage.things.rows["list"], stage.another_list
    waiting, another = (at("accounts:customer_import", import_id=one) for one in lists)
    yield Case("send a list", OWNER, at("accounts:customer_imports"), list_of_people)
    yield Case("import a list", OWNER, waiting, {"act": "import"})
    yield Case("discard a list", OWNER, another, {"act": "discard"})
    keys, key = at("accounts:customer_keys"), {"key_id": stage.things.rows["key"]}
    yield Case("make a key", OWNER, keys, {"name": "List", "scopes": "enrolments:read"})
    yield Case("renew a key", OWNER, keys, {}, to=at("accounts:customer_key_renew", **key))
    yield Case("end a key", OWNER, keys, {}, to=at("accounts:customer_key_end", **key))
    yield Case("claim", PERSON, *claimed)
    digits = six_digits_mailed_to(stage.enrolled.work_email)
    yield Case("code of a claim", PERSON, at("accounts:claim_code"), digits, before=(claimed,))


def of_rights(stage: Stage) -> Iterator[Case]:
    """The questions of each right, up to the sending."""
    yield sending(Right.ACCESS, {"message": "all of it"})
    yield sending(Right.RESTRICTION, {"ground": "accuracy", "message": ""})
    yield sending(Right.PORTABILITY, {"way": "myself", "email": "", "url": ""})
    yield sending(Right.OBJECTION, {"ground": "marketing", "message": ""})
    yield sending(Right.ERASURE, {"ground": "consent_withdrawn"})
    yield sending(Right.RECTIFICATION, {stage.profile_key(stage.newcomer): "Another"}, NEWCOMER)
    someone = {"role": "agent", "name": "Bo", "email": "x@example.org", "country": "FR", "right": "access"}
    asked = at("rights_requests:for_someone_what", right=Right.ACCESS), {"message": ""}
    before = (at("rights_requests:for_someone"), someone), asked
    check = at("rights_requests:for_someone_check", right=Right.ACCESS)
    yield Case("for someone", PERSON, check, {"signed": "Bo"}, before=before)


def of_requests(stage: Stage) -> Iterator[Case]:
    """What somebody says about a request that was made."""
    of = {name.partition(":")[2]: {"reference": filed.reference} for name, filed in stage.things.requests.items()}
    corrected = of["add_proof"]
    document = {"reference": stage.documented.reference}
    question = {"reference": stage.questioned.reference}
    yield Case("write", OWNER, at("rights_requests:write", **of[""]), {"text": "When?"})
    yield Case("appeal", OWNER, at("rights_requests:appeal", **of["appeal"]), {"text": "Look again."})
    part = at("rights_requests:appeal_part", holding="visitors-contactmessage", **of["appeal_part"])
    yield Case("appeal of a part", OWNER, part, {"text": "This too."})
    yield Case("proof", OWNER, at("rights_requests:add_proof", **corrected), photograph)
    yield Case("document", NEWCOMER, at("rights_requests:show_document", **document), photograph)
    yield Case("answer", PERSON, at("rights_requests:answer", **question), {"text": "In Lyon."})
    yield Case("download", OWNER, at("rights_requests:download", **of["download"]), {}, stores=False)
    yield Case("withdraw", OWNER, at("rights_requests:withdraw", **of[""]), {})


def of_visitors() -> Iterator[Case]:
    """What anybody can send."""
    question = {"topic": "other", "text": "When do you open?", "email": "w@example.org", "name": ""}
    child = {"who": "carla@example.org", "relation": "other", "message": ""}
    address = at("rights_requests:address"), {"email": "bob@work.example"}
    code = at("rights_requests:code"), code_mailed_to("bob@work.example")
    # The hash of the words of the page is hidden there, and comes with it.
    readers = {"topics": ["newsletter"], "email": "w@example.org"}
    yield Case("newsletter", "nobody", at("visitors:newsletter"), readers)
    yield Case("choices", "nobody", choices_of("x@example.org"), {"topics": ["webinars"], "language": "en"})
    yield Case("contact", "nobody", at("visitors:contact"), question)
    seen = {"theme": "dark", "text_size": "large", "motion": "still", "language": ""}
    yield Case("display", "nobody", at("visitors:display"), seen, stores=False)
    draft = {**question, "act": "keep"}
    yield Case("draft", "nobody", at("visitors:contact"), draft, to=at("visitors:contact_draft"))
    yield Case("a child", "nobody", at("rights_requests:child"), child)
    yield Case("address", "nobody", *address)
    yield Case("code", "nobody", *code, before=(address,))
    yield Case("verify", "nobody", at("rights_requests:verify"), {"document": "{}", "signature": "{}"}, stores=False)


def choices_of(address: str) -> str:
    """The page of the choices of a subscriber, who may be one already."""
    subscribed = Subscription.objects.filter(email=address).first() or make_subscription(address)
    return at("visitors:newsletter_choices", token=links.token(links.Use.CHOICES, subscribed.pk))


def at(view: str, **parts: Any) -> str:
    """The address of a page."""
    return reverse(view, kwargs=parts)


def sending(right: Right, answers: Answers, role: str = PERSON) -> Case:
    """The check page of a right, after its question was answered."""
    asking = at("rights_requests:new_right", right=right)
    check = at("rights_requests:new_check", right=right)
    return Case(f"send {right}", role, check, {"country": "FR"}, before=((asking, answers),))


def photograph(_page: str) -> Given:
    """A file, new for each sending."""
    return {"file": SimpleUploadedFile("card.jpg", picture(size=(30, 20)), "image/jpeg")}


def list_of_people(_page: str) -> Given:
    """A list of people, new for each sending."""
    return {"file": SimpleUploadedFile("people.csv", b"name,e-mail\nLou,lou@work.example\n", "text/csv")}


def six_digits_mailed_to(address: str) -> Callable[[str], Given]:
    """The code in the newest message to a work address."""
    return lambda _page: {"code": digits_sent_to(address)}


def code_mailed_to(address: str) -> Callable[[str], Given]:
    """The code in the newest message to an address; the form beside, which has another one sent, is left alone."""
    return lambda _page: {"code": code_sent_to(address), "action": ""}


def code_shown(_page: str) -> Given:
    """What the authenticator app shows; half a minute has passed since it was used."""
    cache.clear()
    Authenticator.objects.update(last_used_at=None)
    return {"code": code_of(SECRET)}


def code_of_page(page: str) -> Given:
    """What an app shows that was given the secret of the page."""
    found = re.search(r'id="authenticator_secret">([A-Z2-7]+)<', page)
    assert found
    return {"code": code_of(found[1])}
