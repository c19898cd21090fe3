"""Whom to tell of a new version of the policy: everybody who has an account and a confirmed address."""

from collections.abc import Sequence

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, Subquery

from accounts.models import User
from privacy.data_map.subject import Subject
from privacy.models import PolicySeen
from privacy.policy.register import Addressee


def account_holders(after: str, limit: int) -> Sequence[Addressee]:
    """The next ones in the order of their accounts, each in the language in which they last saw the policy."""
    confirmed = EmailAddress.objects.filter(user_id=OuterRef("pk"), email=OuterRef("email"), verified=True)
    seen = PolicySeen.objects.filter(user_id=OuterRef("pk")).order_by("-version_id").values("language")[:1]
    holders = User.objects.filter(Exists(confirmed), is_active=True).order_by("pk")
    if after:
        holders = holders.filter(pk__gt=after)
    rows = holders.annotate(read_in=Subquery(seen)).values_list("pk", "email", "read_in")
    return [
        Addressee(str(pk), email, Subject(user_id=pk, emails=frozenset({email})), language or "")
        for pk, email, language in rows[:limit]
    ]
