"""Every form of the site, sent with the names of all fields that any model has: nothing is stored that was not asked.

Each case is sent twice from the same state: as the page asks it, and with every other field name of every model beside
it. What the database holds afterwards must be the same both times, in every closed list, flag and owner, and none of
the foreign values may stand anywhere.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection, models, transaction
from django.forms import BaseForm

from accounts.models import User
from privacy.vocabulary import Right
from rights_requests.models import RightsRequest
from tests.attacks.form_cases import (
    Answers,
    Case,
    Given,
    of_accounts,
    of_customers,
    of_profiles,
    of_requests,
    of_rights,
    of_visitors,
)
from tests.attacks.form_cases_of_officers import of_cases
from tests.attacks.form_cases_of_staff import CHIEF, of_the_admin, of_the_desk, of_the_queue
from tests.attacks.form_classes import form_classes, named
from tests.attacks.form_stage import Stage
from tests.attacks.roles import OF_THE_SESSION, Browser
from tests.attacks.site_map import Things
from tests.factories import make_request, make_staff, make_user
from tests.rights_requests.browsing import browser_of, database_snapshot

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P4.1")]

FOREIGN = {
    models.DateTimeField: "2001-02-03T04:05:06Z",
    models.DateField: "2001-02-03",
    models.UUIDField: "0badcafe-0bad-4afe-8bad-cafe0badcafe",
    models.BooleanField: "on",
    models.JSONField: '{"smuggled": "smuggled-in"}',
    models.EmailField: "smuggled-in@example.org",
    models.IntegerField: "424242",
}
MARKS = ("2001-02-03", "0badcafe-0bad-4afe-8bad-cafe0badcafe", "smuggled-in", "424242")
NAME = re.compile(r'<(?:input|textarea|select)[^>]*\bname="([^"]+)"')
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"')


# Forms that nobody can fill in here: a passkey answers in a browser only, and the journeys do that; every account has
# a password from the beginning; signing in by a mailed code is switched off.
UNSENT = {
    *("accounts.forms.AddPasskeyForm", "accounts.forms.EditPasskeyForm", "accounts.forms.SetPasswordForm"),
    *("accounts.forms.PasskeyForm", "accounts.forms.PasskeyAgainForm"),
    "allauth.account.forms.ConfirmLoginCodeForm",
    # Only read, from the address: there is nothing to send.
    *("visitors.audience.forms.PeriodForm", "accounts.portal.forms.SearchForm"),
    # What an app sends where a browser sends the form of the page; tests/api does.
    *("accounts.api.signing_in.PasswordResetInput", "accounts.api.signing_in.SecondStepInput"),
    "accounts.api.signing_in.SecondStepAgainInput",
    *("accounts.api.signing_in.PasskeyInput", "accounts.api.signing_in.PasskeyAgainInput"),
    # Shows staff what fields look like; no page takes it.
    "visitors.style_samples.SampleForm",
}


@dataclass(frozen=True)
class Sent:
    """What became of a form: the status, what is stored then, the whole database as a digest, and the valid forms."""

    status: int
    stored: Mapping[str, Any]
    whole: Mapping[str, str]
    valid: frozenset[str]


def foreign_values(user: User) -> dict[str, str]:
    """A value for the name of every field of every model."""
    found: dict[str, str] = {}
    for model in apps.get_models():
        for one in model._meta.concrete_fields:
            found |= dict.fromkeys((one.name, one.attname), _foreign(one, user))
    return found


def _foreign(one: "models.Field[Any, Any]", user: User) -> str:
    if one.remote_field is not None and one.related_model is User:
        return str(user.pk)
    if one.choices:
        return str(list(one.flatchoices)[-1][0])
    return next((value for kind, value in FOREIGN.items() if isinstance(one, kind)), "smuggled-in")


def held() -> dict[str, Any]:
    """What the tables hold in flags, closed lists and owners, and how often a foreign value stands in each."""
    found: dict[str, Any] = {}
    who = dict(User.objects.values_list("pk", "email"))
    marks = ", ".join(["count(*) FILTER (WHERE t::text LIKE %s)"] * len(MARKS))
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.db_table in OF_THE_SESSION:
                continue
            table = connection.ops.quote_name(model._meta.db_table)
            columns = [connection.ops.quote_name(one.column) for one in _compared(model)] or ["1"]
            cursor.execute(f"SELECT {', '.join(columns)} FROM {table}")
            found[model._meta.label] = sorted(str([who.get(one, one) for one in row]) for row in cursor.fetchall())
            cursor.execute(f"SELECT {marks} FROM {table} t", [f"%{mark}%" for mark in MARKS])
            found[f"{model._meta.label}, foreign"] = cursor.fetchone()
    return found


def _compared(model: type[models.Model]) -> Iterator["models.Field[Any, Any]"]:
    for one in model._meta.concrete_fields:
        owned = one.remote_field is not None and one.related_model is User
        if not one.primary_key and (owned or one.choices or isinstance(one, models.BooleanField)):
            yield one


def send(browser: Browser, case: Case, more: Mapping[str, str]) -> Sent:
    """Fill in and send, with more than is asked. All that it changed is taken back."""
    cache.clear()
    client, kept, valid = browser.client, dict(browser.client.cookies), set[str]()
    cookies = browser.client.cookies.output()
    is_valid = BaseForm.is_valid

    def noted(form: BaseForm) -> bool:
        if is_valid(form):
            valid.update(named(of) for of in type(form).__mro__ if issubclass(of, BaseForm))
            return True
        return False

    with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseForm, "is_valid", noted)
        for path, answers in case.before:
            page = client.get(path).content.decode()
            client.post(path, {**_shown(page), **_given(answers, page)})
        page = client.get(case.page).content.decode()
        given = {**_shown(page), **_given(case.answers, page)}
        asked = {*NAME.findall(page), *given}
        beside = {name: value for name, value in more.items() if name not in asked}
        answer = client.post(case.to or case.page, {**beside, **given})
        # Whether anything was stored at all is asked of the honest form only.
        whole = {} if more else database_snapshot()
        sent = Sent(answer.status_code, held(), whole, frozenset(valid))
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.update(kept)
    assert client.cookies.output() == cookies
    return sent


def _shown(page: str) -> dict[str, str]:
    return dict(HIDDEN.findall(page))


def _given(answers: Answers, page: str) -> Given:
    return answers(page) if callable(answers) else answers


@pytest.fixture(scope="module")
def sent(things: Things, everybody: dict[str, Browser]) -> list[tuple[Case, Sent, Sent]]:
    """Every case, sent as it is asked and with foreign values beside."""
    browsers = {**everybody, CHIEF: Browser(browser_of(make_staff(superuser=True)))}
    more, stage = foreign_values(make_user("mallory@example.org")), Stage(things)
    cases = [
        *of_accounts(),
        *of_profiles(stage),
        *of_customers(stage),
        *of_rights(stage),
        *of_requests(stage),
        *of_visitors(),
    ]
    cases += [*of_the_desk(stage), *of_the_queue(stage), *of_the_admin(stage), *of_cases(stage)]
    return [(case, send(browsers[case.role], case, {}), send(browsers[case.role], case, more)) for case in cases]


def test_nothing_is_stored_that_the_form_does_not_ask(sent: list[tuple[Case, Sent, Sent]]) -> None:
    before = database_snapshot()
    empty = [
        case.name
        for case, honest, _ in sent
        if case.stores and (honest.whole == before or honest.status not in {200, 302})
    ]
    assert empty == [], f"the honest form stored nothing, so the case shows nothing: {', '.join(empty)}"
    smuggled = []
    for case, honest, laden in sent:
        stored = {table: (was, laden.stored[table]) for table, was in honest.stored.items()}
        changed = {table: both for table, both in stored.items() if both[0] != both[1]}
        if changed or honest.status != laden.status:
            smuggled.append(f"{case.name}: {honest.status}, {laden.status}, {changed}")
    assert smuggled == [], "\n".join(smuggled)


def test_each_form_of_the_site_is_sent(sent: list[tuple[Case, Sent, Sent]]) -> None:
    """A form that no case fills in is named here; so is one that was excused and is sent after all."""
    valid = frozenset[str]().union(*(laden.valid for _, _, laden in sent))
    unsent = form_classes() - valid
    assert sorted(unsent) == sorted(UNSENT), f"add a case to tests/attacks/form_cases.py: {sorted(unsent)}"


def test_the_comparison_sees_what_is_smuggled_in() -> None:
    request = make_request(make_user(), Right.ACCESS)
    before = held()
    RightsRequest.objects.filter(pk=request.pk).update(message="smuggled-in", minor=True)
    after = held()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"rights_requests.RightsRequest", "rights_requests.RightsRequest, foreign"}


def test_every_field_of_every_model_is_tried() -> None:
    tried = foreign_values(make_user())
    assert {"state", "subject_user", "due_at", "is_staff", "is_superuser", "approved_by_id", "verified"} <= set(tried)
