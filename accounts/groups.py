"""Everybody of a Customer, and everybody with an account: for holds, disclosures and breaches (privacy.groups)."""

from collections.abc import Sequence
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, Enrolment, User
from privacy.data_map.subject import Subject
from privacy.models import PolicySeen
from privacy.policy.register import Addressee

CUSTOMER, ACCOUNTS = "customer", "accounts"


def customers() -> Sequence[tuple[str, str]]:
    """Every Customer by number and name."""
    return [(str(pk), name) for pk, name in Customer.objects.order_by("name").values_list("pk", "name")]


def all_accounts() -> Sequence[tuple[str, Any]]:
    """The one group of everybody with an account."""
    return [("all", _("everybody with an account"))]


def people_of(customer: str, after: str, limit: int) -> Sequence[Addressee]:
    """Those whom a Customer enrolled, in the order of their enrolments; by account where they have one."""
    rows = Enrolment.objects.filter(customer_id=int(customer)).select_related("user").order_by("pk")
    found = rows.filter(pk__gt=after) if after else rows
    return [_enrolled(one) for one in found.annotate(read_in=_read_in("user_id"))[:limit]]


def account_holders(_key: str, after: str, limit: int) -> Sequence[Addressee]:
    """Everybody with an account, in the order of their numbers."""
    people = User.objects.filter(Q(pk__gt=after) if after else Q()).order_by("pk").annotate(read_in=_read_in("pk"))
    rows = people.values_list("pk", "email", "read_in")[:limit]
    return [
        Addressee(str(pk), email, Subject(user_id=pk, emails=frozenset({email})), language or "")
        for pk, email, language in rows
    ]


def _read_in(account: str) -> Subquery:
    """The language in which somebody last saw the policy."""
    return Subquery(PolicySeen.objects.filter(user_id=OuterRef(account)).order_by("-version_id").values("language")[:1])


def _enrolled(one: Enrolment) -> Addressee:
    if one.user is None:
        who = Subject(emails=frozenset({one.work_email}))
        return Addressee(str(one.pk), one.work_email, who)
    who = Subject(user_id=one.user.pk, emails=frozenset({one.user.email}))
    return Addressee(str(one.pk), one.user.email, who, getattr(one, "read_in", None) or "")
