"""Every form that there is, sent with canaries to a running site, as somebody who has just signed in.

Runs beside the site, with its settings. What one form settles no other needs: each act has data of its own. Nobody
opens the next page, so the sentence that it would show, such as “X was added”, still stands in the session.
"""

from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.test import Client

from accounts.models import User
from privacy import staff_visits
from privacy.policy.publishing import NotTold
from privacy.vocabulary import LookReason
from tests.attacks import site_map
from tests.attacks.canaries import Planting, lost
from tests.attacks.form_cases import Case, of_accounts, of_customers, of_profiles, of_requests, of_rights, of_visitors
from tests.attacks.form_cases_of_officers import of_cases
from tests.attacks.form_cases_of_staff import CHIEF, of_the_admin, of_the_desk, of_the_queue
from tests.attacks.form_stage import Anew, Stage
from tests.attacks.roles import browsers
from tests.attacks.site_map import Things
from tests.factories import make_staff
from tests.rights_requests.browsing import browser_of

# The package that is asked for is a row, and there is no file behind it.
NO_FILE = "download: 410"


def plant_everywhere(*, base_url: str) -> dict[str, Any]:
    """Send them all; what was planted where, and which forms were refused."""
    planting = Planting(base_url)
    rows = {label: _or_the_first(label, make) for label, make in site_map.OF_NOBODY.items()}
    with patch.object(site_map, "OF_NOBODY", rows), transaction.atomic():
        things = Things.of_somebody()
        people = {role: _whose(browser.client) for role, browser in browsers(things.user).items()}
        people[CHIEF] = str(make_staff(superuser=True).pk)
        cases = list(_cases(Anew(things)))
    for case in cases:
        planting.plant(planting.browser(_signed_in(people[case.role])), case)
    lost(planting, planting.browser(_signed_in(people[CHIEF])))
    planting.refused = [one for one in planting.refused if one != NO_FILE]
    return planting.as_json()


def _cases(stage: Stage) -> Iterator[Case]:
    yield from of_accounts()
    yield from of_visitors()
    for some in (of_profiles, of_customers, of_rights, of_requests, of_the_desk, of_the_queue, of_the_admin, of_cases):
        yield from some(stage)


def _whose(client: Client) -> str | None:
    """The key of the account that is signed in in a browser."""
    return client.session.get("_auth_user_id")


def _signed_in(user: str | None) -> Client:
    """A browser of its own; staff have said in it why they look."""
    if user is None:
        return Client()
    client = browser_of(User.objects.get(pk=user))
    session = client.session
    session[staff_visits.IN_SESSION] = {"why": LookReason.REQUESTS.value, "since": "2099-01-01T00:00:00+00:00"}
    session.save()
    return client


def _or_the_first(label: str, make: Callable[[], Model]) -> Callable[[], Any]:
    """A new row that belongs to nobody, or the one that a running site has already."""

    def made() -> Any:
        try:
            with transaction.atomic():
                return make()
        except (IntegrityError, NotTold):
            return apps.get_model(label)._default_manager.all()[0]

    return made
