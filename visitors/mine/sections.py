"""What there is about a person that grows: messages, choices, looks, downloads; each a list of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.sharing.selectors import looks_of, parts_in_words
from consent.history import line_of
from consent.selectors import choices_url
from privacy import looks
from privacy.data_map.subject import Subject
from privacy.disclosed_people import titles
from privacy.inert import inert
from rights_requests.words import day
from visitors import my_data
from visitors.mine.lines import Line, Source, held


@dataclass(frozen=True)
class Section:
    """One list: its heading, what it is, what is said when it is empty, and where one changes something about it."""

    name: str
    title: Any
    what: Any
    empty: Any
    sources: tuple[Source, ...]
    ways: tuple[tuple[Any, str], ...] = ()

    @property
    def url(self) -> str:
        """The address of its page."""
        return reverse(f"visitors:mine_{self.name}")


def _mails(rows: Sequence[Any]) -> Iterable[Line]:
    for mail in rows:
        yield Line(_("We wrote to you"), quoted=inert(mail.subject))


def _written(rows: Sequence[Any]) -> Iterable[Line]:
    for message in rows:
        answered = _("We answered on %(day)s.") % {"day": day(message.answered_at)} if message.answered_at else ""
        yield Line(_("You wrote to us"), more=answered, quoted=message.get_topic_display())


def _choices(rows: Sequence[Any]) -> Iterable[Line]:
    for event in rows:
        line = line_of(event)
        given = "; ".join(one.title for one in line.chosen if one.is_given)
        said = _("You agreed to: %(purposes)s.") % {"purposes": given} if given else _("You agreed to none.")
        yield Line(_("You chose about cookies"), more=said, url=reverse("consent:receipt", args=[line.token]))


def _subscriptions(rows: Sequence[Any]) -> Iterable[Line]:
    for row in rows:
        url = choices_url(row) if row.email else ""
        state, topic = capfirst(str(row.get_state_display())), str(row.get_topic_display())
        yield Line(_("Our messages"), f"{state}.", topic, url)


def _staff_looks(rows: Sequence[Any]) -> Iterable[Line]:
    for seen in my_data.seen(looks.look_of(entry) for entry in rows):
        more = f"{seen.why} ({seen.reference})." if seen.reference else f"{seen.why}."
        if seen.reason:
            more = f"{more} {_('Reason they gave: %(reason)s.') % {'reason': seen.reason}}"
        yield Line(capfirst(seen.teams), more=more)


def _card_looks(rows: Sequence[Any]) -> Iterable[Line]:
    for view in rows:
        url = reverse("accounts:sharing_given", args=[view.grant_id])
        said = _("Your card: %(parts)s.") % {"parts": parts_in_words(view.grant)}
        yield Line(_("Somebody with whom you share it"), more=said, quoted=view.grant.viewer_email, url=url)


def _packages(rows: Sequence[Any]) -> Iterable[Line]:
    for package in rows:
        if package.destroyed_at:
            said = _("Destroyed on %(day)s.") % {"day": day(package.destroyed_at)}
        else:
            said = _("You can download it until %(day)s.") % {"day": day(package.expires_at)}
        reference = package.request.reference
        yield Line(
            _("A copy of your data was made"), said, reference, reverse("rights_requests:detail", args=[reference])
        )


def _downloads(rows: Sequence[Any]) -> Iterable[Line]:
    for download in rows:
        yield Line(_("It was downloaded"), quoted=download.package.request.reference)


def _disclosures(rows: Sequence[Any]) -> Iterable[Line]:
    for one in rows:
        what, power = ", ".join(titles(one.slugs)), " ".join(filter(None, (one.power, one.reference)))
        law = " " + _("The law behind it: %(power)s.") % {"power": inert(power)} if power else ""
        more = _("%(kind)s. What it was: %(what)s.") % {"kind": capfirst(one.get_to_kind_display()), "what": what}
        yield Line(inert(one.to_name), more=more + law, quoted=inert(one.why))


def _with(label: str, *related: str) -> Any:
    return lambda subject: held(label)(subject).select_related(*related)


def _dated_subscriptions(subject: Subject) -> QuerySet[Any]:
    """Of one that ended only its end is left, of one that was never confirmed only its beginning."""
    dated: QuerySet[Any] = held("consent.subscription")(subject).annotate(
        at=Coalesce("ended_at", "confirmed_at", "asked_at")
    )
    return dated.filter(at__isnull=False)


MESSAGES = Section(
    "messages",
    gettext_lazy("Messages"),
    gettext_lazy("What we wrote to you, and what you wrote to us with the contact form. The newest is first."),
    gettext_lazy("There is no message, neither from us nor from you."),
    (
        Source(held("post_office.email"), "created", _mails),
        Source(held("visitors.contactmessage"), "received_at", _written),
    ),
    ((gettext_lazy("Write to us"), "visitors:contact"),),
)
CHOICES = Section(
    "choices",
    gettext_lazy("What you agreed to"),
    gettext_lazy("Your choices about cookies and our messages, with their proof. You can change each at any time."),
    gettext_lazy("You have not chosen anything yet, so nothing optional happens."),
    (
        Source(_with("consent.consentevent", "notice"), "occurred_at", _choices),
        Source(_dated_subscriptions, "at", _subscriptions),
    ),
    (
        (gettext_lazy("Change your cookie choices"), "consent:settings"),
        (gettext_lazy("Get our messages"), "visitors:newsletter"),
    ),
)
LOOKS = Section(
    "looks",
    gettext_lazy("Who looked"),
    gettext_lazy(
        "Each time somebody opened something about you: when, who, and why. We tell you the team or the company, and"
        " not the name of whoever looked: they have rights too. If a look worries you, ask us about it."
    ),
    gettext_lazy("Nobody has opened anything about you."),
    (
        Source(lambda subject: looks.entries(subject.digests()), "occurred_at", _staff_looks),
        Source(looks_of, "viewed_at", _card_looks),
    ),
    ((gettext_lazy("Ask us about it"), "visitors:contact"),),
)
DOWNLOADS = Section(
    "downloads",
    gettext_lazy("Copies and downloads"),
    gettext_lazy("Each copy of your data, until when it is there, and each time it was downloaded."),
    gettext_lazy("No copy of your data was made for you."),
    (
        Source(_with("rights_requests.package", "request"), "created_at", _packages),
        Source(_with("rights_requests.download", "package__request"), "downloaded_at", _downloads),
    ),
    ((gettext_lazy("Get a copy of my data"), "rights_requests:new"),),
)
DISCLOSED = Section(
    "disclosed",
    gettext_lazy("Whom we gave it to"),
    gettext_lazy(
        "Each time we gave data of yours to somebody because of a merger, to our advisers or insurers, or because a law"
        " asked for it. Where a law forbids us to tell you, it stands here from the day on which it no longer does."
    ),
    gettext_lazy("We gave nothing of yours to anybody in this way."),
    (Source(held("privacy.disclosure"), "happened_at", _disclosures),),
    ((gettext_lazy("Ask us about it"), "visitors:contact"),),
)
SECTIONS = (MESSAGES, CHOICES, LOOKS, DISCLOSED, DOWNLOADS)
