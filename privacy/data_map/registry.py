"""Holds what the apps declared: holdings, models without personal data, stores, and doors for corrections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps as installed
from django.apps.registry import Apps
from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from django.db.models import Model

    from privacy.data_map.declarations import Holding, Store
    from privacy.data_map.rectify import Door


class Registry:
    """Everything declared, by model label in lower case ("accounts.user"), about the models of one app registry."""

    def __init__(self, apps: Apps = installed) -> None:
        self.apps = apps
        self.holdings: dict[str, type[Holding]] = {}
        self.nobodies: dict[str, str] = {}
        self.stores: dict[str, Store] = {}
        self.doors: dict[str, Door] = {}

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

    def add_door(self, model: str, door: Door) -> None:
        """Register how rows of a model are corrected; raises ImproperlyConfigured if that was said before."""
        if model.lower() in self.doors:
            raise ImproperlyConfigured(f"{model} has two doors for corrections")
        self.doors[model.lower()] = door

    def model_of(self, holding: type[Holding]) -> type[Model]:
        """The model class of a holding; raises LookupError if it is not installed."""
        app_label, _, model_name = holding.model_label.partition(".")
        return self.apps.get_model(app_label, model_name)

    def table_of(self, holding: type[Holding]) -> str:
        """The database table of a holding."""
        return str(self.model_of(holding)._meta.db_table)

    def holding_of(self, model: type[Model]) -> type[Holding] | None:
        """The holding that declares a model, or None where it was declared to hold nobody's data or not at all."""
        return self.holdings.get(model._meta.label_lower)

    def holding_named(self, slug: str) -> type[Holding] | None:
        """The holding of this slug, as a plan, a decision or the ledger kept it; None where it is declared no more."""
        return next((holding for holding in self.holdings.values() if holding.slug() == slug), None)

    def models(self) -> list[type[Model]]:
        """Every installed model with a table of its own, auto-created many-to-many tables included."""
        found = self.apps.get_models(include_auto_created=True)
        return [model for model in found if not model._meta.proxy]

    def _refuse_twice(self, label: str) -> None:
        if label in self.holdings or label in self.nobodies:
            raise ImproperlyConfigured(f"{label} is declared twice in the data map")


registry = Registry()
