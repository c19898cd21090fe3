"""The desk's page of roles: what each team may do, how many are in it, and where it was changed by hand."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts import role_words, syncing_roles
from privacy.desk_pages import Group, desk_page, page_answer

TITLE = _("Roles of our staff")


@desk_page(
    "roles/",
    name="roles",
    permission="auth.view_group",
    group=Group.REGISTERS,
    title=TITLE,
    says=_("What each team may see and do"),
)
def roles(request: HttpRequest) -> HttpResponse:
    """Each role in words, with what differs from the table."""
    counted = syncing_roles.members()
    shown = [(role, counted.get(role.name, 0)) for role in role_words.roles_in_words()]
    context = {"roles": shown, "drift": syncing_roles.drift()}
    return page_answer(request, "admin/accounts/roles.html", context, title=TITLE)
