"""Holds what the apps declared: holdings, models without personal data, and stores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from django.db.models import Model

    from privacy.data_map.declarations import Holding, Store


class Registry:
    """Everything declared, by model label in lower case ("accounts.user")."""

    def __init__(self) -> None:
        self.holdings: dict[str, type[Holding]] = {}
        self.nobodies: dict[str, str] = {}
        self.stores: dict[str, Store] = {}

    def add_holding(self, holding: type[Holding]) -> None:
        """Register a holding; raises ImproperlyConfigured if its model was declared before."""
        label = holding.model_label.lower()
        self._refuse_twice(label)
        self.holdings[label] = holding

    def add_nobody(self, model: str, because: str) -> None:
        """Register a model without personal data; raises ImproperlyConfigured if it was declared before."""
        label = model.lower()
        self._refuse_twice(label)
        self.nobodies[label] = because

    def add_store(self, store: Store) -> None:
        """Register a store; raises ImproperlyConfigured if its name is taken or missing."""
        if not store.name or store.name in self.stores:
            raise ImproperlyConfigured(f"a store needs a name of its own, got {store.name!r}")
        self.stores[store.name] = store

    def model_of(self, holding: type[Holding]) -> type[Model]:
        """The model class of a holding; raises LookupError if it is not installed."""
        return apps.get_model(holding.model_label)

    def table_of(self, holding: type[Holding]) -> Any:
        """The database table of a holding."""
        return self.model_of(holding)._meta.db_table

    def _refuse_twice(self, label: str) -> None:
        if label in self.holdings or label in self.nobodies:
            raise ImproperlyConfigured(f"{label} is declared twice in the data map")


registry = Registry()
