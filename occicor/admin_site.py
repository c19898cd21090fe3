"""The staff's admin site: the portal's own sign-in and look, and nothing at all for whoever is not staff."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

View = Callable[..., HttpResponseBase]


class OccicorAdminSite(AdminSite):
    """Django's admin behind the portal's sign-in: anonymous visitors sign in first, everybody else finds no page."""

    site_title = _("Occicor staff")
    site_header = _("Occicor staff")
    index_title = _("Overview")
    site_url = "/"
    enable_nav_sidebar = False
    empty_value_display = "–"

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Guard a view: signed in without being staff, every address of the admin answers as if it did not exist."""
        guarded = super().admin_view(view, cacheable)

        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404
            return guarded(request, *args, **kwargs)

        return update_wrapper(answer, view)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Hand over to the portal's sign-in, with its second factor and its limits; come back to where one wanted to go.

        Raises Http404 for a person who is signed in and not staff.
        """
        wanted = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
            wanted = reverse("admin:index", current_app=self.name)
        if self.has_permission(request):
            return redirect(wanted)
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(wanted, settings.LOGIN_URL)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Staff change their password where everybody does."""
        return redirect("account_change_password")
