"""What an admin screen needs so that rows can be read and never written: they are the work of services."""

from typing import Any

from django import forms
from django.http import HttpRequest


class ReadOnly:
    """Put before ModelAdmin: nothing can be added, changed or deleted, no bulk action, and no script is loaded."""

    actions: Any = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody adds rows by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes rows by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes rows by hand."""
        return False

    @property
    def media(self) -> forms.Media:
        """Reading needs no script."""
        return forms.Media()
