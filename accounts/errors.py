"""What a service of accounts refuses, each with a sentence that can be shown as it is."""

from typing import Any

from django.utils.translation import gettext_lazy as _


class EnrolmentRefused(Exception):
    """Somebody cannot be enrolled; `message` says in plain words why, and what to do instead."""

    message: Any = _("This person cannot be enrolled.")

    def __init__(self, message: Any = None) -> None:
        self.message = self.message if message is None else message
        super().__init__(str(self.message))


class AgreementEnded(EnrolmentRefused):
    """The Customer's agreement is over."""

    message = _("The agreement with this Customer has ended. Nobody can be enrolled for it.")


class AskedToBeErased(EnrolmentRefused):
    """The person had their data deleted; only they themselves can come back."""

    message = _(
        "This person has asked to be erased, so nobody can enrol them. If they want to come back, they create an"
        " account themselves."
    )


class UseStopped(EnrolmentRefused):
    """The person restricted the use of their data, objected to it, or is under 18 (Art. 18, 21; promise P9.1)."""

    message = _("We may not use the data of this person at present, so nobody can enrol them.")


class AttributesRefused(EnrolmentRefused):
    """The additional attributes are not plain, few and short."""


class NicknameRefused(EnrolmentRefused):
    """The name is no name."""

    message = _("Enter a first name or nickname of at most 60 characters, without a link.")


class GrantNotFound(Exception):
    """There is no such card for whoever asks: it never was, it is another's, or its sharing has ended."""


class SharingRefused(Exception):
    """A card cannot be shared, or not for longer; `message` says in plain words why, and what to do instead."""

    message: Any = _("This card cannot be shared.")


class OwnAddress(SharingRefused):
    """The address is the person's own."""

    message = _("This is your own address. Enter the address of the person who may see your card.")


class SharedAlready(SharingRefused):
    """There is a card for this address."""

    message = _("You share your card with this address already. To show other parts of it, end that first.")


class TooManyShares(SharingRefused):
    """So many were shared today, or are shared at once."""

    message = _("You have shared your card with many people. End one that is no longer needed, or come back tomorrow.")


class SenderUnnamed(SharingRefused):
    """Nothing on the card would say whose it is, or it would say so with something like a link."""

    message = _(
        "Choose your e-mail address, too: otherwise the person cannot know whose card it is. A name alone is enough"
        " when it is on your profile and holds no link."
    )


class OwnUseStopped(SharingRefused):
    """The person restricted the use of their data, or objected to it (Art. 18, 21)."""

    message = _("The use of your data is stopped at present. So nobody can see a card of yours until that ends.")


class LongestAlready(SharingRefused):
    """It is shared for a year, the longest that there is."""

    message = _("A card is shared for a year at most. When this one ends, you can share it again.")
