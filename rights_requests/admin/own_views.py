"""The door to views of the queue under a name: saved from the list as it stands, deleted by whoever saved them."""

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from privacy.admin_base import staff_actor
from rights_requests.desk.own_views import SaveForm
from rights_requests.errors import RequestError
from rights_requests.services import saving

QUEUE = "admin:rights_requests_rightsrequest_changelist"


class OwnViews(ModelAdmin):  # type: ignore[type-arg] # not generic at run time
    """Saving a view of the queue, and deleting one."""

    def get_urls(self) -> list[URLPattern]:
        """Where both are sent."""
        save = path("views/", self.admin_site.admin_view(self.save_view), name="rights_requests_rightsrequest_views")
        delete = path(
            "views/<int:view_id>/delete/",
            self.admin_site.admin_view(self.delete_view_of_queue),
            name="rights_requests_rightsrequest_delete_view",
        )
        return [save, delete, *super().get_urls()]

    def save_view(self, request: HttpRequest) -> HttpResponse:
        """Keep the list as it stands under a name; what speaks against it is said at the form."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return redirect(QUEUE)
        form = SaveForm(request.POST)
        if form.is_valid():
            try:
                saved = saving.save_view(actor=staff_actor(request), **form.cleaned_data)
                messages.success(request, _("“%(name)s” is kept beside the tabs.") % {"name": saved.name})
                return _to_queue(saved.query)
            except RequestError as error:
                form.add_error("name", error.message)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "form": form}
        template = "admin/rights_requests/rightsrequest/save_view.html"
        return TemplateResponse(request, template, context, status=409)

    def delete_view_of_queue(self, request: HttpRequest, view_id: int) -> HttpResponse:
        """Delete a view of one's own; nothing else is deleted with it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            try:
                saving.delete_view(actor=staff_actor(request), view_id=view_id)
                messages.success(request, _("The view is deleted; its requests are where they were."))
            except RequestError as error:
                messages.error(request, str(error.message))
        return redirect(QUEUE)


def _to_queue(query: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse(QUEUE)}?{query}")
