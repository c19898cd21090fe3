"""Who gets into the portal: those who act for a Customer today; for everybody else there is nothing."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from accounts.administering import administrator_actor, customer_of
from accounts.models import Customer, User
from privacy.actors import Actor


class AdministratorRequest(HttpRequest):
    """A request behind `administrators_only`: who asks, for which Customer, and as which actor."""

    user: User
    customer: Customer
    actor: Actor


def administrators_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let in whoever acts for a Customer now; others who are signed in are answered that there is no such page."""

    @wraps(view)
    def guarded(request: AdministratorRequest, **arguments: Any) -> HttpResponse:
        customer = customer_of(request.user.pk)
        if customer is None:
            raise Http404
        request.customer, request.actor = customer, administrator_actor(request.user.pk, customer)
        return view(request, **arguments)

    guarded_for_the_signed_in: Callable[..., HttpResponse] = login_required(guarded)
    return guarded_for_the_signed_in
