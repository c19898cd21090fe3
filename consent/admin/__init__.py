"""The screens on which staff look after the catalogue, the notice, the proof and subscriptions."""

from consent.admin import catalogue, proof, subscriptions
from consent.mailings import admin as mailings

__all__ = ["catalogue", "mailings", "proof", "subscriptions"]
