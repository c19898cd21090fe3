"""The tables of consent: the catalogue of trackers, the proof of each choice, subscriptions to our messages."""

from consent.mailings.models import Mailing, MailingCopy
from consent.models.catalogue import Party, Purpose, Tracker
from consent.models.proof import AccountConsent, ConsentEvent, NoticePicture, NoticeVersion, ProofSeal
from consent.models.subscriptions import Subscription, Wording

__all__ = [
    "AccountConsent",
    "ConsentEvent",
    "Mailing",
    "MailingCopy",
    "NoticePicture",
    "NoticeVersion",
    "Party",
    "ProofSeal",
    "Purpose",
    "Subscription",
    "Tracker",
    "Wording",
]
