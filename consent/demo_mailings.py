"""Three subscribers, a promotional message that was sent to them, and a draft: to try the pages of staff with."""

from django.db import transaction
from django.utils.translation import override

from consent import services, wording
from consent.links import Named
from consent.mailings import composing, sending
from consent.mailings.models import Mailing
from consent.mailings.reach import reach
from consent.mailings.texts import hash_of
from consent.models import Subscription
from consent.services import Asked
from consent.vocabulary import Topic
from privacy.actors import SYSTEM
from privacy.data_map.subject import Subject

READERS = {
    "sofia.reader@example.org": "en",
    "luc.lecteur@example.org": "fr",
    "huda.qaria@example.org": "ar",
}
SENT = {
    "en": {
        "subject": "What a shelf says on a Monday",
        "text": (
            "Good morning,\n\nAfter a weekend, every fifth place on a shelf of yoghurt stands empty before nine. We"
            " looked at when it is filled again, and by whom.\n\nThe figures, and what two teams changed:\n"
            "https://occicor.example/insights/monday\n\nYour team at Occicor"
        ),
    },
    "fr": {
        "subject": "Ce que dit un rayon le lundi",
        "text": (
            "Bonjour,\n\nAprès un week-end, un emplacement sur cinq du rayon yaourts est vide avant neuf heures. Nous"
            " avons regardé quand il est regarni, et par qui.\n\nLes chiffres, et ce que deux équipes ont changé :\n"
            "https://occicor.example/fr/insights/monday\n\nL’équipe d’Occicor"
        ),
    },
    "ar": {
        "subject": "ماذا يقول الرفّ صباح الاثنين",
        "text": (
            "صباح الخير،\n\nبعد عطلة نهاية الأسبوع يكون موضع من كل خمسة مواضع في رفّ الزبادي فارغًا قبل التاسعة."
            " نظرنا متى يُملأ من جديد، ومن يملؤه.\n\nالأرقام، وما غيّره فريقان:\n"
            "https://occicor.example/ar/insights/monday\n\nفريق Occicor"
        ),
    },
}
DRAFT = {
    "en": {
        "subject": "See it live: reading a shelf in three pictures",
        "text": (
            "Good morning,\n\nOn Thursday at ten we read a shelf together, in three pictures. You bring yours, or use"
            " ours.\n\nYour place: https://occicor.example/webinars/three-pictures\n\nYour team at Occicor"
        ),
    },
    "fr": {
        "subject": "En direct : lire un rayon en trois photos",
        "text": (
            "Bonjour,\n\nJeudi à dix heures, nous lisons un rayon ensemble, en trois photos : les vôtres ou les nôtres."
            "\n\nVotre place : https://occicor.example/fr/webinars/three-pictures\n\nL’équipe d’Occicor"
        ),
    },
}


@transaction.atomic
def ensure() -> None:
    """Make them unless there is a message or a subscription already. Safe to repeat."""
    if Mailing.objects.exists() or Subscription.objects.exists():
        return
    for address, language in READERS.items():
        _subscribe(address, language)
    mailing = composing.write(actor=SYSTEM, topic=Topic.NEWSLETTER, texts=SENT)
    agreed = sending.Agreed(hash_of(mailing.topic, mailing.texts), reach(mailing.topic).people)
    sending.start(actor=SYSTEM, mailing_id=mailing.pk, agreed=agreed)
    composing.write(actor=SYSTEM, topic=Topic.WEBINARS, texts=DRAFT)


def _subscribe(address: str, language: str) -> None:
    """As the person would: ask for two topics on the page, then press the button behind the link."""
    topics = (Topic.NEWSLETTER, Topic.WEBINARS)
    with override(language):
        asked = Asked(address, topics, language, wording.shown())
    services.ask(actor=SYSTEM, asked=asked, sends=True)
    row = Subscription.objects.get(digest=Subject(emails=frozenset({address})).digest, topic=topics[0])
    services.confirm(named=Named(row.pk, topics))
