"""Ten tables of the same shape: what a row about a person usually has, about 270 bytes of it."""

from django.db import models

TABLES = 10


class Entry(models.Model):
    """A row about a person; made ten times over below."""

    subject_id = models.UUIDField(db_index=True)
    created_at = models.DateTimeField()
    name = models.CharField(max_length=120)
    email = models.EmailField()
    note = models.TextField()
    place = models.CharField(max_length=120)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    number = models.IntegerField()
    agreed = models.BooleanField()
    extra = models.JSONField()

    class Meta:
        """Only a shape."""

        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.pk}"


MODELS: list[type[Entry]] = [
    type(Entry)(f"Entry{number}", (Entry,), {"__module__": __name__, "__doc__": "A table of the benchmarks."})
    for number in range(TABLES)
]
