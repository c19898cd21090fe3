"""Ending every session of a person, found through the data map: nobody goes on using an account that is closed."""

from django.contrib.sessions.base_session import AbstractBaseSession

from privacy.data_map.erase import BATCH, erase_batch
from privacy.data_map.registry import registry
from privacy.data_map.subject import Subject


def sign_out(subject: Subject) -> int:
    """End the person's sessions in the caller's transaction, on every device; returns how many. Safe to repeat."""
    sessions = [found for found in registry.holdings.values() if issubclass(found.model(), AbstractBaseSession)]
    return sum(erase_batch(holding, subject, BATCH) for holding in sessions)
