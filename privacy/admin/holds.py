"""The register of legal holds."""

from uuid import UUID

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from privacy.admin.cases import CaseAdmin, shown
from privacy.desk import holds
from privacy.desk.acts import Stands
from privacy.models import LegalHold


@admin.register(LegalHold)
class LegalHoldAdmin(CaseAdmin):
    """Legal holds, the newest first; people stand in it as codes."""

    acts = holds.ACTS
    open_form = holds.OpenHoldForm
    looked_event = "legal_hold.read"
    open_title = _("Open a legal hold")
    open_says = _("What is held is not deleted, by nobody’s request and by no term, until somebody else ends the hold.")
    opened = _("The hold is in force.")
    list_display = ("number", "whom", "reason", "opened_at", "due")
    list_display_links = ("number",)
    list_filter = (("ended_at", admin.EmptyFieldListFilter), "reason", "scope")

    def stands(self, case: LegalHold, user_id: UUID) -> Stands:
        """How a hold stands."""
        return holds.stands(case, user_id)

    @admin.display(description=_("hold"), ordering="id")
    def number(self, hold: LegalHold) -> str:
        """Its number."""
        return str(hold.pk)

    @admin.display(description=_("whose data"))
    def whom(self, hold: LegalHold) -> str:
        """Whose data it is, without a name."""
        return holds.whom(hold)

    @admin.display(description=_("looked at again"), ordering="review_on")
    def due(self, hold: LegalHold) -> SafeString:
        """How long until then, in words."""
        return shown(holds.pill(hold))
