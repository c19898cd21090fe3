"""Registers what the desk's overview tells of requests."""

from django.utils.translation import gettext_lazy as _

from privacy.desk_sections import desk_section
from rights_requests.desk import dashboard
from rights_requests.desk.powers import VIEW

desk_section("requests", title=_("Requests"), order=10, permission=VIEW)(dashboard.open_section)
desk_section("answered", title=_("Answers"), order=30, permission=VIEW)(dashboard.answered_section)
