"""The screens on which staff look after the catalogue, the notice, the proof and subscriptions."""

from consent.admin import catalogue, dashboard, proof, subscriptions
from consent.mailings import admin as mailings

__all__ = ["catalogue", "dashboard", "mailings", "proof", "subscriptions"]
