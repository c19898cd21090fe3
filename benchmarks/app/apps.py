"""Registers the app with Django."""

from django.apps import AppConfig


class BenchmarkConfig(AppConfig):
    """Configuration of the benchmarks' tables."""

    name = "benchmarks.app"
    label = "bench"
    default_auto_field = "django.db.models.BigAutoField"
