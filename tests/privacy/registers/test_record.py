"""The record of processing: everything that is declared stands in it, in the words that people read."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import models
from django.utils import timezone, translation

from accounts.vocabulary import OurRole
from privacy.data_map import checks
from privacy.data_map.declarations import personal
from privacy.data_map.registry import Registry, registry
from privacy.policy import content
from privacy.registers import parties
from privacy.registers.record import hash_of, record
from privacy.vocabulary import FOR_CUSTOMERS, Purpose, Safeguard
from tests.factories import make_customer, make_enrolment
from tests.privacy.declaring import declare, found
from tests.rights_requests.recipients.register import PROFILE, make_recipient

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P3.2")]


def entry(code: str) -> dict[str, Any]:
    """One processing of the record as it is now."""
    return next(one for one in record()["processings"] if one["code"] == code)


def test_every_holding_stands_in_the_record_under_each_of_its_purposes() -> None:
    for one in record()["processings"][:-1]:
        wanted = {held.slug() for held in registry.holdings.values() if one["code"] in held.purposes}
        assert {line["slug"] for line in one["data"]} == wanted
    everywhere = {line["slug"] for one in record()["processings"] for line in one["data"]}
    assert everywhere == {held.slug() for held in registry.holdings.values()}


def test_a_holding_without_a_place_in_the_record_stops_the_site() -> None:
    declared = Registry(Apps())

    class Planted(models.Model):  # noqa: DJ008 - never shown
        """Somebody forgot to say what it is for."""

        user_id = models.UUIDField()
        name = models.CharField(max_length=10)

        class Meta:
            app_label, apps = "privacy", declared.apps

    declare(declared, Planted, {"name": personal("identity")}, purposes=[])
    assert "no purposes" in " ".join(found(checks.incomplete_holdings, declared))


def test_every_line_says_what_article_30_asks() -> None:
    for one in record()["processings"]:
        for line in one["data"]:
            assert all(line[word] for word in ("title", "people", "categories", "basis", "source", "retention"))


def test_a_recipient_stands_where_it_receives_something_with_its_safeguard() -> None:
    make_recipient("Faraway", country="US", safeguard=Safeguard.BINDING_RULES)
    make_recipient("Former", active=False)
    (named,) = entry(Purpose.PROVIDE_SERVICES)["recipients"]
    assert (named["name"], named["outside_the_regulation"]) == ("Faraway", True)
    assert "Art. 47" in named["safeguard"]
    assert entry(Purpose.IMPROVE)["recipients"] == []


def test_policy_and_record_name_the_same_safeguards() -> None:
    make_recipient("Faraway", country="US", safeguard=Safeguard.DEROGATION)
    make_recipient("Near", country="FR")
    (faraway, near) = entry(Purpose.PROVIDE_SERVICES)["recipients"]
    told = {row["cells"][0]: row["cells"][-1] for row in content.content("en").tables["processors"]["rows"]}
    assert told == {"Faraway": faraway["safeguard"], "Near": near["safeguard"]}


def test_policy_and_record_name_the_same_places(settings: Any) -> None:
    settings.STORAGE_COUNTRY = "AE"
    told = content.content("en").tables["places"]["rows"]
    held = record()["places"]
    assert [row["cells"][:2] for row in told] == [[one["name"], "United Arab Emirates"] for one in held]
    assert "Art. 46" in held[0]["safeguard"]


def test_customers_who_decide_themselves_are_named_as_controllers() -> None:
    ours = make_customer("Ours", our_role=OurRole.CONTROLLER)
    theirs = make_customer("Theirs", our_role=OurRole.PROCESSOR, privacy_contact="dpo@theirs.example")
    over = make_customer("Over", our_role=OurRole.PROCESSOR)
    ended = timezone.localdate() - timedelta(1)
    type(over).objects.filter(pk=over.pk).update(agreement_signed_on=ended, agreement_ended_on=ended)
    assert ours.pk
    named = entry(FOR_CUSTOMERS)
    assert [(one["name"], one["contact"]) for one in named["controllers"]] == [("Theirs", theirs.privacy_contact)]
    assert "accounts-enrolment" in {line["slug"] for line in named["data"]}
    # With people of theirs still here, it is no matter of the past.
    make_enrolment(customer=over)
    assert [one["name"] for one in entry(FOR_CUSTOMERS)["controllers"]] == ["Over", "Theirs"]
    late = [party.name for party in parties.alarming(parties.every(), timezone.localdate())]
    assert late == ["Over", "Theirs"]  # ended, and nothing on record


def test_the_hash_is_of_what_is_said_and_not_of_when() -> None:
    before = hash_of(record())
    assert hash_of(record()) == before
    make_recipient(slugs=[PROFILE])
    assert hash_of(record()) != before


def test_it_is_written_in_each_language() -> None:
    said = {}
    for language in ("en", "fr", "ar"):
        with translation.override(language):
            whole = record()
            said[language] = (whole["processings"][0]["title"], whole["security"][0])
    assert len(set(said.values())) == 3


class TestAgreements:
    """How an agreement stands on a day."""

    TODAY = timezone.localdate()
    CASES = SimpleNamespace(
        missing=(parties.Agreement(needed=True), parties.Standing.MISSING),
        none=(parties.Agreement(needed=False), parties.Standing.NOT_NEEDED),
        endless=(parties.Agreement(True, TODAY), parties.Standing.IN_FORCE),
        later=(parties.Agreement(True, TODAY, TODAY + timedelta(61)), parties.Standing.IN_FORCE),
        soon=(parties.Agreement(True, TODAY, TODAY + timedelta(60)), parties.Standing.ENDS_SOON),
        last_day=(parties.Agreement(True, TODAY, TODAY), parties.Standing.ENDS_SOON),
        over=(parties.Agreement(True, TODAY - timedelta(2), TODAY - timedelta(1)), parties.Standing.ENDED),
    )

    @pytest.mark.parametrize("case", vars(CASES))
    def test_how_it_stands(self, case: str) -> None:
        agreement, expected = getattr(self.CASES, case)
        assert agreement.standing(self.TODAY) is expected
