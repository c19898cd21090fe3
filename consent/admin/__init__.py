"""The screens on which staff look after the catalogue, the notice, the proof and subscriptions."""

from consent.admin import catalogue, proof, subscriptions

__all__ = ["catalogue", "proof", "subscriptions"]
