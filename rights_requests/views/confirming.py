"""Door for somebody whose letter, call or e-mail we took in, to say that it was theirs."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rights_requests.errors import NotFound, WrongState
from rights_requests.people import has_account, party, party_required
from rights_requests.selectors import request_of
from rights_requests.services import identifying


@party_required
@reauthentication_required(allow_get=True, enabled=has_account)
@require_POST
def confirm(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the person's word, given with what shows that it is them."""
    asker = party(request)
    try:
        filed = request_of(asker, reference)
        identifying.confirm(request_id=filed.pk, party=asker)
        messages.success(request, _("Thank you. Now we know that it was you, and go on."))
    except NotFound as error:
        raise Http404 from error
    except WrongState:
        messages.info(request, _("There is nothing to confirm any more. This page says where your request stands."))
    return redirect("rights_requests:detail", reference=filed.reference)
