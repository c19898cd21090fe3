"""Makes what tests need: accounts, requests, and for each holding of the data map rows that belong to one person."""

import functools
import hashlib
import itertools
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from post_office.models import STATUS, Attachment, Email, Log

from accounts.models import Customer, Enrolment, FormerAddress, Profile, Session, User
from accounts.sessions import SessionStore
from consent.mailings.copies import key
from consent.mailings.vocabulary import CopyState
from consent.models import Mailing, MailingCopy, Subscription, Wording
from consent.vocabulary import State as SubscriptionState
from consent.vocabulary import Topic
from privacy import audit, ledger, restriction
from privacy.actors import SYSTEM
from privacy.data_map.subject import Subject
from privacy.models import LedgerDigest, PolicySeen, PolicyVersion, StoppedDigest
from privacy.vocabulary import Right, StopGround
from rights_requests.deadlines import columns, term_for
from rights_requests.models import Download, Package, PackageKey, Receipt, RightsRequest, State, Transition
from visitors.models import AudienceStep, AudienceVisit, ContactDraft, ContactMessage

PASSWORD = "correct horse battery staple"
_numbers = itertools.count(1)


@functools.cache
def _hashed(password: str) -> str:
    return make_password(password)


def make_user(email: str = "", *, password: str = PASSWORD, verified: bool = True, **extra: Any) -> User:
    """A person with an account, an empty profile and a confirmed e-mail address; PASSWORD opens it."""
    user = User(email=email or f"person{next(_numbers)}@example.org", **extra)
    user.password = _hashed(password)
    user.save()
    Profile.objects.create(user=user)
    EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
    return user


def make_staff(*, perms: Iterable[str] = (), groups: Iterable[str] = (), superuser: bool = False, **extra: Any) -> User:
    """A member of staff; `perms` are written "app_label.codename", `groups` are names, made where they are missing."""
    user = make_user(is_staff=True, is_superuser=superuser, **extra)
    for perm in perms:
        label, codename = perm.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=label, codename=codename))
    for name in groups:
        user.groups.add(Group.objects.get_or_create(name=name)[0])
    return user


def make_request(user: User, right: Right = Right.ACCESS, state: State = State.RECEIVED, **extra: Any) -> RightsRequest:
    """A request row as it stands in `state`, with a term of 30 days; nothing has run for it, services are for that."""
    now = timezone.now()
    received_at, country = extra.setdefault("received_at", now), extra.setdefault("country", "FR")
    term = term_for(received_at=received_at, country=country, right=right, minor=extra.get("minor", False))
    values: dict[str, Any] = {
        "reference": f"TEST-{next(_numbers):06d}",
        "subject_user": user,
        "requester": user,
        "subject_digest": Subject(user_id=user.pk).digest,
        **columns(replace(term, due_at=extra.get("due_at", now + timedelta(days=30)))),
        "closed_at": now if state in {State.COMPLETED, State.REFUSED, State.WITHDRAWN} else None,
    }
    return RightsRequest.objects.create(right=right, state=state, **{**values, **extra})


def make_package(request: RightsRequest, **extra: Any) -> Package:
    """A package row with its key row; there is no file behind it."""
    values: dict[str, Any] = {
        "file_name": f"{uuid4()}.bin",
        "size": 1000,
        "sealed_size": 1040,
        "sha256": "0" * 64,
        "expires_at": timezone.now() + timedelta(days=14),
    }
    package = Package.objects.create(request=request, **{**values, **extra})
    PackageKey.objects.create(package=package, wrapped=b"wrapped")
    return package


def make_customer(name: str = "", **extra: Any) -> Customer:
    """A Customer for which Occicor is the controller; with `answers_itself=True` the Customer is."""
    values: dict[str, Any] = {
        "name": name or f"Customer {next(_numbers)}",
        "kind": "retailer",
        "country": "FR",
        "our_role": "processor" if extra.get("answers_itself") else "controller",
        "privacy_contact": "privacy@customer.example" if extra.get("answers_itself") else "",
    }
    return Customer.objects.create(**{**values, **extra})


def make_enrolment(work_email: str = "", *, customer: Customer | None = None, **extra: Any) -> Enrolment:
    """A person enrolled by a Customer, without an account unless `user` is given; nobody was written to."""
    values = {"nickname": "Lina", "attributes": {"store": "Lyon 3"}}
    address = work_email or f"worker{next(_numbers)}@customer.example"
    return Enrolment.objects.create(customer=customer or make_customer(), work_email=address, **{**values, **extra})


# One factory per holding, below: (person, canary) → rows that belong to the person and hold the canary in every
# exported field that can hold text. The behaviour-set test compares these labels with the data map.


def _account(user: User, canary: str) -> list[models.Model]:
    User.objects.filter(pk=user.pk).update(
        email=f"{canary}@example.org".lower(), username=canary, last_login=timezone.now()
    )
    user.refresh_from_db()
    return [user]


def _profile(user: User, canary: str) -> list[models.Model]:
    values = dict.fromkeys(("name", "workplace", "position", "address"), canary)
    return [Profile.objects.update_or_create(user=user, defaults={**values, "phone": canary[:40]})[0]]


def _session(user: User, canary: str) -> list[models.Model]:
    store = SessionStore()
    store["_auth_user_id"] = str(user.pk)
    store["canary"] = canary
    store.save()
    return [Session.objects.get(pk=store.session_key)]


def _team(user: User, canary: str) -> list[models.Model]:
    user.groups.add(Group.objects.get_or_create(name=f"team {canary}")[0])
    return list(User.groups.through.objects.filter(user_id=user.pk))


def _permission(user: User, canary: str) -> list[models.Model]:
    user.user_permissions.add(Permission.objects.order_by("pk")[0])
    return list(User.user_permissions.through.objects.filter(user_id=user.pk))


def _log_entry(user: User, canary: str) -> list[models.Model]:
    content_type = ContentType.objects.get_for_model(Group)
    return [
        LogEntry.objects.create(
            user=user,
            content_type=content_type,
            object_id=canary,
            object_repr=canary,
            action_flag=CHANGE,
            change_message=canary,
        )
    ]


def _address(user: User, canary: str) -> list[models.Model]:
    return [EmailAddress.objects.create(user=user, email=f"{canary}@mail.example".lower(), verified=True)]


def _former_address(user: User, canary: str) -> list[models.Model]:
    return [FormerAddress.objects.create(user=user, email=f"{canary}@former.example".lower())]


def _confirmation(user: User, canary: str) -> list[models.Model]:
    address = EmailAddress.objects.create(user=user, email=f"{canary}@other.example".lower())
    return [EmailConfirmation.objects.create(email_address=address, key=uuid4().hex, sent=timezone.now())]


def _authenticator(user: User, canary: str) -> list[models.Model]:
    data = {"secret": f"sealed {canary}"}
    kind = Authenticator.Type.TOTP
    return [Authenticator.objects.create(user=user, type=kind, data=data, last_used_at=timezone.now())]


def _signed_in_place(user: User, canary: str) -> list[models.Model]:
    key = uuid4().hex
    data = {"note": canary}
    return [UserSession.objects.create(user=user, ip="192.0.2.7", user_agent=canary, session_key=key, data=data)]


def _mail(user: User, canary: str) -> list[models.Model]:
    return [
        Email.objects.create(
            from_email="privacy@occicor.example",
            to=[user.email],
            subject=canary,
            message=canary,
            html_message=f"<p>{canary}</p>",
            status=STATUS.sent,
            headers={"X-Note": canary},
            context={"note": canary},
        )
    ]


def _mail_log(user: User, canary: str) -> list[models.Model]:
    (mail,) = _mail(user, canary)
    return [Log.objects.create(email=mail, status=STATUS.failed, exception_type=canary, message=canary)]


def _attachment(user: User, canary: str) -> list[models.Model]:
    (mail,) = _mail(user, canary)
    attachment = Attachment.objects.create(name=canary, mimetype=f"text/{canary}", headers={"X-Note": canary})
    attachment.emails.add(mail)
    return [attachment]


def _attached(user: User, canary: str) -> list[models.Model]:
    (attachment,) = _attachment(user, canary)
    return list(Attachment.emails.through.objects.filter(attachment_id=attachment.pk))


def _audit_entry(user: User, canary: str) -> list[models.Model]:
    word = canary.lower()
    with transaction.atomic():
        digest = Subject(user_id=user.pk).digest
        return [audit.record(event=f"test.{word}", actor=SYSTEM, subject_digest=digest, data={"word": word})]


def _stop(user: User, canary: str) -> list[models.Model]:
    person = Subject(user_id=user.pk)
    who = {"subject_digest": person.digest, "digests": person.digests()}
    return [restriction.impose(actor=SYSTEM, **who, ground=StopGround.ACCURACY)]


def _stopped_digest(user: User, canary: str) -> list[models.Model]:
    (stop,) = _stop(user, canary)
    return list(StoppedDigest.objects.filter(stop_id=stop.pk))


def _ledger_entry(user: User, canary: str) -> list[models.Model]:
    digests = Subject(user_id=user.pk).digests()
    return [ledger.note(kind=ledger.LedgerKind.RECTIFICATION, request_id=uuid4(), digests=digests)]


def _ledger_digest(user: User, canary: str) -> list[models.Model]:
    (entry,) = _ledger_entry(user, canary)
    return list(LedgerDigest.objects.filter(entry_id=entry.pk))


def _policy_seen(user: User, canary: str) -> list[models.Model]:
    number = next(_numbers)
    version = PolicyVersion.objects.create(
        number=number, effective_on="2026-01-01", material=True, hash=f"{number:064}"
    )
    return [PolicySeen.objects.create(user=user, version=version, how="said_so", language=canary)]


def _request(user: User, canary: str) -> list[models.Model]:
    return [make_request(user, state=State.REFUSED, message=canary, refusal_text=canary)]


def _transition(user: User, canary: str) -> list[models.Model]:
    values = {"event": "file", "from_state": "", "to_state": State.RECEIVED, "actor": "system", "reason": canary}
    return [Transition.objects.create(request=make_request(user, state=State.WITHDRAWN), **values)]


def _package(user: User, canary: str) -> list[models.Model]:
    return [make_package(make_request(user, state=State.COMPLETED), manifest={"note": canary})]


def _package_key(user: User, canary: str) -> list[models.Model]:
    (package,) = _package(user, canary)
    return [PackageKey.objects.get(package_id=package.pk)]


def _download(user: User, canary: str) -> list[models.Model]:
    (package,) = _package(user, canary)
    return [Download.objects.create(package_id=package.pk, user=user, nonce=uuid4().hex)]


def _receipt(user: User, canary: str) -> list[models.Model]:
    request = make_request(user, Right.ERASURE, State.COMPLETED)
    content = {"note": canary}
    return [Receipt.objects.create(request=request, content=content, signature="signature", key_id="test")]


def make_message(email: str = "", **extra: Any) -> ContactMessage:
    """A message from the contact page, not answered unless `answered_at` is given."""
    values = {"topic": "other", "text": "When do you open?", "language": "en"}
    return ContactMessage.objects.create(email=email or f"writer{next(_numbers)}@example.org", **{**values, **extra})


def _message(user: User, canary: str) -> list[models.Model]:
    return [make_message(user.email, name=canary, text=canary)]


def make_subscription(email: str = "", **extra: Any) -> Subscription:
    """A confirmed subscription to the newsletter, unless something else is said."""
    address, now = email or f"reader{next(_numbers)}@example.org", timezone.now()
    values: dict[str, Any] = {
        "digest": Subject(emails=frozenset({address})).digest,
        "topic": Topic.NEWSLETTER,
        "state": SubscriptionState.CONFIRMED,
        "language": "en",
        "asked_at": now,
        "confirmed_at": now if extra.get("state", SubscriptionState.CONFIRMED) == SubscriptionState.CONFIRMED else None,
    }
    row = Subscription.objects.create(email=address, **{**values, **extra})
    row.refresh_from_db()
    return row


def _subscription(user: User, canary: str) -> list[models.Model]:
    address = f"{canary}@reader.example".lower()
    EmailAddress.objects.create(user=user, email=address, verified=True)
    words = Wording.objects.create(language="en", text=canary, sha256=hashlib.sha256(canary.encode()).hexdigest())
    return [make_subscription(address, wording=words)]


def make_mailing(**extra: Any) -> Mailing:
    """A draft of a newsletter, in English alone, unless something else is said."""
    texts = {"en": {"subject": "Shelves on Monday", "text": "Read on: https://occicor.example/monday"}}
    return Mailing.objects.create(**{"topic": Topic.NEWSLETTER, "texts": texts, **extra})


def _mailing_copy(user: User, canary: str) -> list[models.Model]:
    mailing, row = make_mailing(state="sending", started_at=timezone.now()), make_subscription(user.email)
    name = key(mailing, row.pk)
    return [MailingCopy.objects.create(pk=name, mailing=mailing, subscription=row, state=CopyState.LEFT)]


def _draft(user: User, canary: str) -> list[models.Model]:
    values = {"name": canary, "text": canary, "topic": "other", "email": user.email, "token_digest": uuid4().hex}
    return [ContactDraft.objects.create(kept_at=timezone.now(), **values)]


def visitor_ref(user: User) -> str:
    """The number in this person's browser, by which alone their visits are found."""
    return str(uuid5(UUID(str(user.pk)), "visitor"))


def _visit(user: User, canary: str) -> list[models.Model]:
    values = {"day": timezone.localdate(), "came_back": False, "pages": 1}
    return [AudienceVisit.objects.get_or_create(number=visitor_ref(user), defaults=values)[0]]


def _visit_step(user: User, canary: str) -> list[models.Model]:
    (visit,) = _visit(user, canary)
    return [AudienceStep.objects.create(visit=visit, place=1, route_name=canary)]


FACTORIES: dict[str, Callable[[User, str], list[models.Model]]] = {
    "accounts.user": _account,
    "accounts.profile": _profile,
    "visitors.contactmessage": _message,
    "consent.subscription": _subscription,
    "consent.mailingcopy": _mailing_copy,
    "visitors.contactdraft": _draft,
    "visitors.audiencevisit": _visit,
    "visitors.audiencestep": _visit_step,
    "accounts.session": _session,
    "accounts.user_groups": _team,
    "accounts.user_user_permissions": _permission,
    "admin.logentry": _log_entry,
    "accounts.formeraddress": _former_address,
    "account.emailaddress": _address,
    "account.emailconfirmation": _confirmation,
    "mfa.authenticator": _authenticator,
    "usersessions.usersession": _signed_in_place,
    "post_office.email": _mail,
    "post_office.log": _mail_log,
    "post_office.attachment": _attachment,
    "post_office.attachment_emails": _attached,
    "privacy.auditentry": _audit_entry,
    "privacy.processingstop": _stop,
    "privacy.stoppeddigest": _stopped_digest,
    "privacy.ledgerentry": _ledger_entry,
    "privacy.ledgerdigest": _ledger_digest,
    "privacy.policyseen": _policy_seen,
    "rights_requests.rightsrequest": _request,
    "rights_requests.transition": _transition,
    "rights_requests.package": _package,
    "rights_requests.packagekey": _package_key,
    "rights_requests.download": _download,
    "rights_requests.receipt": _receipt,
}
