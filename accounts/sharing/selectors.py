"""Which cards are shared and by whom they are seen: what is alive is asked of the database's clock at each look."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import Now
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.errors import GrantNotFound
from accounts.models import Profile, SharingGrant, SharingView, User
from accounts.vocabulary import CardPart
from privacy import restriction
from privacy.cursors import Slice, newest
from privacy.data_map.subject import Subject, subject_of_user
from privacy.inert import inert
from privacy.package.manifest import NamedRecipient
from privacy.vocabulary import Purpose

AT_A_TIME = 20
LIVE = Q(ended_at__isnull=True, until__gt=Now())
# For this a card is shown to others (promise P2.1), so by this word the gate is asked.
SHOWING = Purpose.PROVIDE_SERVICES
# Of these holdings a card shows something.
SHOWN_OF = frozenset({"accounts-profile", "accounts-user"})


@dataclass(frozen=True)
class CardLine:
    """One part of a profile as it stands on a card."""

    part: str
    label: str
    value: str


@dataclass(frozen=True)
class Card:
    """What somebody is shown of another person's profile now: `who` says whose it is."""

    grant: SharingGrant
    who: str
    lines: tuple[CardLine, ...]


def given_now(owner_id: UUID) -> list[SharingGrant]:
    """The cards that can be seen now, the newest first, each with how often it was seen and when last."""
    return list(_with_looks(SharingGrant.objects.filter(LIVE, owner_id=owner_id)).order_by("-made_at", "-pk"))


def given_before(owner_id: UUID, after: str) -> Slice[SharingGrant]:
    """A page of the cards of which the sharing is over."""
    past = SharingGrant.objects.filter(owner_id=owner_id).exclude(pk__in=_live_keys(owner_id))
    return newest(_with_looks(past), "made_at", after, most=AT_A_TIME)


def given(owner_id: UUID, grant_id: UUID) -> SharingGrant:
    """A card that this person gave, alive or not (`is_live`); raises GrantNotFound for any other."""
    grant = _with_looks(SharingGrant.objects.filter(owner_id=owner_id, pk=grant_id)).annotate(is_live=LIVE).first()
    if grant is None:
        raise GrantNotFound
    return grant


def looks_at(grant: SharingGrant, after: str) -> Slice[SharingView]:
    """A page of the looks at a card."""
    return newest(SharingView.objects.filter(grant=grant), "viewed_at", after, most=AT_A_TIME)


def received(viewer_id: UUID, after: str) -> tuple[list[Card], str]:
    """A page of the cards that are shared with an address this person has confirmed, without what stands on them."""
    page = newest(reaching(viewer_id).select_related("owner__profile"), "made_at", after, most=AT_A_TIME)
    open_to_use = _open_to_use((grant.owner_id, grant.owner.email) for grant in page.rows)
    shown = [Card(grant, named_on(grant), ()) for grant in page.rows if grant.owner_id in open_to_use]
    return shown, page.after


def received_count(viewer_id: UUID) -> int:
    """How many cards this person can see now; two queries."""
    owners = list(reaching(viewer_id).values_list("owner_id", "owner__email"))
    open_to_use = _open_to_use(owners)
    return sum(owner_id in open_to_use for owner_id, _email in owners)


def given_count(owner_id: UUID) -> int:
    """How many can see this person's card now: nobody while the use of their data is stopped (Art. 18, 21)."""
    return SharingGrant.objects.filter(LIVE, owner_id=owner_id).count() if may_be_shown(owner_id) else 0


def reaching(viewer_id: UUID) -> QuerySet[SharingGrant]:
    """The live cards given to an address that this account has confirmed with a code."""
    confirmed = EmailAddress.objects.filter(user_id=viewer_id, verified=True).values("email")
    shared = SharingGrant.objects.filter(LIVE, reached_email__in=confirmed, owner__is_active=True)
    return shared.exclude(owner_id=viewer_id)


def may_be_shown(owner_id: UUID) -> bool:
    """Whether the gate lets others see this person's data now (Art. 18, 21; promise P5.4)."""
    return restriction.allows(subject_of_user(owner_id), SHOWING)


def card_of(grant: SharingGrant) -> Card:
    """What the card shows at this moment: the chosen parts, as far as the profile has them."""
    return Card(grant, named_on(grant), tuple(_lines(grant.owner, grant.parts)))


def viewers_of(subject: Subject) -> list[NamedRecipient]:
    """Whoever looked at a card of this person, by address, for the answer to a request for access; one query."""
    given = _with_looks(SharingGrant.objects.filter(owner_id=subject.user_id, views__isnull=False))
    return [NamedRecipient(grant.viewer_email, _why(grant), "", SHOWN_OF) for grant in given.order_by("-made_at")]


def looks_of(subject: Subject) -> QuerySet[SharingView]:
    """Each look at a card that this person shares."""
    return SharingView.objects.filter(grant__owner_id=subject.user_id).select_related("grant")


def parts_in_words(grant: SharingGrant) -> str:
    """What stands on a card: "Name, phone", in the order of the profile."""
    return capfirst(_(", ").join(str(part.label) for part in CardPart if part in grant.parts))


def own_parts(owner_id: UUID) -> list[CardLine]:
    """What of their profile a person can put on a card: what is filled in, and the address they sign in with."""
    owner = User.objects.select_related("profile").get(pk=owner_id)
    return list(_lines(owner, CardPart.values))


def named_on(grant: SharingGrant) -> str:
    """Whose card it is, in no other words than those its owner chose to show; empty when none is left of them."""
    shown = {line.part: line.value for line in _lines(grant.owner, grant.parts)}
    return shown.get(CardPart.NAME) or shown.get(CardPart.EMAIL, "")


def _lines(owner: User, parts: list[str]) -> Iterator[CardLine]:
    profile: Any = Profile.objects.filter(pk=owner.pk).first() if not hasattr(owner, "profile") else owner.profile
    for part in CardPart:
        value = owner.email if part is CardPart.EMAIL else getattr(profile, part.value, "")
        if part in parts and value:
            yield CardLine(part.value, capfirst(str(part.label)), inert(value))


def _open_to_use(owners: Iterable[tuple[UUID, str]]) -> set[UUID | None]:
    """Those of many owners, each with their address, whose cards the gate lets others see now; one query."""
    people = {owner_id: Subject(owner_id, frozenset({email})) for owner_id, email in owners}
    return {subject.user_id for subject in restriction.allowed(people.values(), SHOWING)}


def _why(grant: Any) -> str:
    words = ngettext(
        "to see the card that you shared with them (%(parts)s); they looked at it %(times)d time",
        "to see the card that you shared with them (%(parts)s); they looked at it %(times)d times",
        grant.looks,
    )
    return words % {"parts": parts_in_words(grant), "times": grant.looks}


def _live_keys(owner_id: UUID) -> QuerySet[SharingGrant, Any]:
    return SharingGrant.objects.filter(LIVE, owner_id=owner_id).values("pk")


def _with_looks(grants: QuerySet[SharingGrant]) -> QuerySet[SharingGrant]:
    return grants.annotate(looks=Count("views"), last_look=Max("views__viewed_at"))
