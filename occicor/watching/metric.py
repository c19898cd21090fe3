"""What a figure is: its name, what it says, and by what it is told apart."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """A figure; `name` is without the prefix that all share. Labels are words of ours, never an address or an id."""

    name: str
    says: str
    labels: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """Its name as Prometheus knows it."""
        return f"occicor_{self.name}"
