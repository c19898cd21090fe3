"""Counts of page views by day, in which nobody stands; and, where somebody agreed, one visit at a time for a month."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

# What is fewer is told of no group, and is not kept once the day is over.
SMALLEST = 5
LONGEST_NAME = 100


def _no_small(*counts: str, unless: str = "closed") -> Q:
    """That a row of a closed day holds no count between none and the smallest that may be told."""
    allowed = Q()
    for count in counts:
        allowed &= Q(**{count: 0}) | Q(**{f"{count}__gte": SMALLEST})
    return Q(**{unless: False}) | allowed


class AudienceDaily(models.Model):
    """How often a page was shown on a day, in a language, on a kind of device, to who came from a site.

    `entries` are the views with which a visit began: those that no page of ours led to. While the day is open the rows
    are exact; when it is over the small ones go into `other` (visitors.audience.closing).
    """

    day = models.DateField()
    closed = models.BooleanField(default=False)
    route_name = models.CharField(max_length=LONGEST_NAME)
    language = models.CharField(max_length=10)
    device_class = models.CharField(max_length=10)
    referrer = models.CharField(max_length=LONGEST_NAME)
    views = models.PositiveIntegerField()
    entries = models.PositiveIntegerField()

    class Meta:
        """One row for each combination; a closed day holds nothing small."""

        verbose_name = _("audience")
        verbose_name_plural = _("audience")
        default_permissions = ("view",)
        constraints = (
            models.UniqueConstraint(
                fields=("day", "closed", "route_name", "language", "device_class", "referrer"), name="audience_once"
            ),
            models.CheckConstraint(condition=Q(views__gt=0, entries__lte=models.F("views")), name="audience_counts"),
            models.CheckConstraint(condition=_no_small("views", "entries"), name="audience_none_small"),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.route_name}"


class AudienceTransition(models.Model):
    """How often a page of ours led to another one on a day: names of routes, never addresses."""

    day = models.DateField()
    closed = models.BooleanField(default=False)
    from_route = models.CharField(max_length=LONGEST_NAME)
    to_route = models.CharField(max_length=LONGEST_NAME)
    count = models.PositiveIntegerField()

    class Meta:
        """One row for each pair; a closed day holds nothing small."""

        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("day", "closed", "from_route", "to_route"), name="transition_once"),
            models.CheckConstraint(condition=Q(count__gt=0), name="transition_counts"),
            models.CheckConstraint(condition=_no_small("count"), name="transition_none_small"),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.from_route} > {self.to_route}"


class AudienceBatch(models.Model):
    """That a batch of counts is in the tables: whoever died before deleting it in Valkey cannot add it twice."""

    key = models.CharField(primary_key=True, max_length=80)
    counted_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        """Nobody looks at it."""

        default_permissions = ()

    def __str__(self) -> str:
        return self.key


class AudienceVisit(models.Model):
    """One day's visit of a browser whose owner agreed to it: a random number, no account, no address, no program.

    `came_back` says that the number is of an earlier day, `counted` that the visit is in the figures of its day.
    """

    number = models.UUIDField(_("random number"))
    day = models.DateField(_("day"), db_index=True)
    came_back = models.BooleanField(_("not the first visit"))
    pages = models.PositiveSmallIntegerField(_("pages opened"))
    counted = models.BooleanField(default=False)

    class Meta:
        """One visit a day; the number begins an index, so that a withdrawal finds it."""

        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=("number", "day"), name="visit_once_a_day"),)

    def __str__(self) -> str:
        return f"visit {self.pk}"


class AudienceStep(models.Model):
    """A page of such a visit, in the order in which it was opened."""

    visit = models.ForeignKey(AudienceVisit, on_delete=models.CASCADE, related_name="steps")
    place = models.PositiveSmallIntegerField(_("place in the visit"))
    route_name = models.CharField(_("page"), max_length=LONGEST_NAME)

    class Meta:
        """In order; no place is taken twice."""

        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=("visit", "place"), name="step_once"),)

    def __str__(self) -> str:
        return f"page {self.place} of visit {self.visit_id}"


class AudienceDepth(models.Model):
    """How many of a day's visits were new or came back, by how many pages they looked at; never fewer than five."""

    day = models.DateField()
    kind = models.CharField(max_length=10)
    depth = models.CharField(max_length=10)
    visits = models.PositiveIntegerField()

    class Meta:
        """One row for each pair."""

        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("day", "kind", "depth"), name="depth_once"),
            models.CheckConstraint(condition=Q(visits__gte=SMALLEST), name="depth_none_small"),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.depth}"


class AudiencePath(models.Model):
    """With which pages, in order, how many of a day's visits began; never fewer than five."""

    day = models.DateField()
    path = models.CharField(max_length=500)
    visits = models.PositiveIntegerField()

    class Meta:
        """One row for each way."""

        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("day", "path"), name="path_once"),
            models.CheckConstraint(condition=Q(visits__gte=SMALLEST), name="path_none_small"),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.path}"
