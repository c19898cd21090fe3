"""How many requests were answered after how many days: what the desk's figures are made of, with nobody in it."""

from django.db import models

from privacy.vocabulary import Right
from rights_requests.vocabulary import State


class AnswerCount(models.Model):
    """So many requests of a right under a regime were answered in a month (UTC) after so many whole days.

    The database keeps these rows itself: a trigger (migration dashboard) adds one for each answer, and one that takes
    it back when the request is opened again, so that nobody waits for anybody. Rows that say the same are put together
    by a chore (rights_requests.answer_counts); the sum is right before and after.
    """

    month = models.DateField()
    right = models.CharField(max_length=20, choices=Right.choices)
    regime = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=20, choices=State.choices)
    late = models.BooleanField()
    days = models.PositiveIntegerField()
    count = models.IntegerField()

    class Meta:
        """Found by month; everything that is read stands in the index."""

        default_permissions = ("view",)
        indexes = (
            models.Index(
                fields=("month", "right", "regime", "days", "state", "late"), include=("count",), name="answer_month"
            ),
        )

    def __str__(self) -> str:
        return f"{self.month} {self.right}"
