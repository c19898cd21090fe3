"""What a person sees of the sign-ins to their account."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from accounts import devices, not_me_links, whereabouts
from accounts.models import SignIn

PAGE = 20


@dataclass(frozen=True)
class Shown:
    """One sign-in in words; `is_this_one` when the page is read in the session that it began."""

    row: SignIn
    where: str
    device: str
    is_this_one: bool

    @property
    def not_me_token(self) -> str:
        """What leads to the page that makes the account safe."""
        return not_me_links.token(self.row.pk)

    @property
    def not_me_url(self) -> str:
        """The full address of that page."""
        return not_me_links.url(self.row.pk)


def shown(row: SignIn, this_one: str = "") -> Shown:
    """A sign-in in words."""
    where = whereabouts.in_words(row.country, row.network)
    return Shown(row, where, devices.in_words(row.browser, row.platform), str(row.pk) == this_one)


def page_of(user_id: UUID, number: str | None, *, this_one: str) -> tuple[Page[SignIn], Sequence[Shown]]:
    """One page of the history, the newest first, and its rows in words."""
    page = Paginator(of(user_id), PAGE).get_page(number)
    return page, [shown(row, this_one) for row in page.object_list]


def named(sign_in_id: UUID | None) -> Shown | None:
    """The sign-in of this number in words, while it is remembered."""
    row = SignIn.objects.filter(pk=sign_in_id).first() if sign_in_id else None
    return shown(row) if row else None


def of(user_id: UUID) -> QuerySet[SignIn]:
    """The sign-ins to an account, the newest first."""
    return SignIn.objects.filter(user_id=user_id).order_by("-at")
