"""The staff's admin site: the portal's own sign-in and look, and nothing at all for whoever is not staff."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, TypeVar, cast
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts import second_steps
from accounts.models import User
from privacy import desk_pages, desk_sections, staff_visits
from rights_requests.desk import queue
from rights_requests.desk.powers import VIEW

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
# Whose screens staff may see: a library's own screen would change people's data past services, data map and audit.
OURS = frozenset({"privacy", "accounts", "consent", "rights_requests", "visitors"})
# Django's admin answers every other method as a GET, past what is put on record of a GET.
METHODS = ("GET", "HEAD", "POST")
# Where a request keeps whether its account has a second step; no header can take this name.
SECOND_STEP = "occicor.second_step"


class OccicorAdminSite(AdminSite):
    """Django's admin behind the portal's sign-in: anonymous visitors sign in first, everybody else finds no page."""

    site_title = _("Occicor staff")
    site_header = _("Occicor staff")
    index_title = _("Overview")
    enable_nav_sidebar = False
    empty_value_display = "–"

    def has_permission(self, request: HttpRequest) -> bool:
        """Active staff whose account asks for a second step: a password alone opens nobody else's data (P6.1)."""
        return super().has_permission(request) and _has_second_step(request)

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Guard a view: signed in without being staff, every address of the admin answers as if it did not exist.

        Staff without a second step are led to where they add one. Whoever it is, methods that no page of the admin has
        a use for are refused.
        """
        guarded = super().admin_view(view, cacheable)

        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                return _second_step_first(request)
            if request.method not in METHODS:
                return HttpResponseNotAllowed(METHODS)
            try:
                return guarded(request, *args, **kwargs)
            except staff_visits.ReasonWanted:
                return _reason_first(request)

        return cast("View", update_wrapper(answer, view))

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take the screens that the project wrote itself; those that libraries bring along are left out."""
        if admin_class is not None and admin_class.__module__.partition(".")[0] in OURS:
            super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The pages that apps registered for the desk, then Django's own."""
        ours = [path(page.path, self.admin_view(page.guarded()), name=page.name) for page in desk_pages.pages()]
        return [*ours, *super().get_urls()]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The lists of each app, put together only where they are shown: Django asks for them on every page."""
        return cast(
            "list[Any]", SimpleLazyObject(lambda: super(OccicorAdminSite, self).get_app_list(request, app_label))
        )

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page of the desk knows: also what the visit is for, for its head to say."""
        return {**super().each_context(request), "visit": staff_visits.of(request.session)}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The sections of the apps, what could not be delivered, and the way to every page and list."""
        context = {
            "sections": desk_sections.sections_for(request.user),
            "page_groups": desk_pages.grouped_for(request.user),
            **(extra_context or {}),
        }
        if isinstance(request.user, PermissionsMixin) and request.user.has_perm(VIEW):
            context["undelivered"] = queue.undelivered()
        return super().index(request, context)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Hand over to the portal's sign-in, with its second factor and its limits, and come back afterwards.

        Staff without a second step are led to where they add one. Raises Http404 for a person who is signed in and not
        staff.
        """
        wanted = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
            wanted = reverse("admin:index", current_app=self.name)
        if self.has_permission(request):
            return redirect(wanted)
        if request.user.is_authenticated:
            return _second_step_first(request)
        return redirect_to_login(wanted, settings.LOGIN_URL)

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Staff change their password where everybody does."""
        return redirect("account_change_password")


def _has_second_step(request: HttpRequest) -> bool:
    """Asked of the database once for each request; Django's admin asks for permission several times."""
    known: bool | None = request.META.get(SECOND_STEP)
    if known is None:
        known = request.META[SECOND_STEP] = second_steps.has_one(UUID(str(request.user.pk)))
    return known


def _reason_first(request: HttpRequest) -> HttpResponse:
    """Where staff say what they look for; the page that they wanted comes right after."""
    if request.method == "POST":
        messages.warning(request, _("Nothing was changed yet: say first what you look for."))
    query = urlencode({REDIRECT_FIELD_NAME: request.get_full_path() if request.method != "POST" else request.path})
    return redirect(f"{reverse('admin:looking')}?{query}")


def _second_step_first(request: HttpRequest) -> HttpResponse:
    """Where staff add what they lack; raises Http404 for a person who is signed in and not staff."""
    if isinstance(request.user, User) and request.user.is_active and request.user.is_staff:
        return redirect("mfa_index")
    raise Http404
