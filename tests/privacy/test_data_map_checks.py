"""Each rule of the data map, seen to fail on a small model that breaks it and to pass on one that keeps it."""

from typing import Any

import pytest
from django.apps.registry import Apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models
from django.test.utils import isolate_apps

from occicor import celery
from privacy import checks as system_checks
from privacy.data_map import checks
from privacy.data_map.declarations import Erase, Retain, kept, linked, masked, nobody, personal, secret, system
from privacy.data_map.rectify import Door, Texts, register_door
from privacy.data_map.registry import Registry, registry
from privacy.vocabulary import Profile
from tests.privacy.declaring import declare, found


@pytest.fixture
def apps() -> Any:
    """An app registry of its own, so that planted models are nobody else's."""
    with isolate_apps("privacy") as isolated:
        yield isolated


@pytest.fixture
def declared(apps: Apps) -> Registry:
    """An empty data map over the planted models."""
    return Registry(apps)


def make_model(name: str = "Planted", **fields: Any) -> type[models.Model]:
    body: dict[str, Any] = {"__module__": __name__, "Meta": type("Meta", (), {"app_label": "privacy"})}
    made: type[models.Model] = type(models.Model)(
        name, (models.Model,), {**body, "user_id": models.UUIDField(db_index=True), **fields}
    )
    return made


def test_a_model_that_nobody_declared_is_found(declared: Registry) -> None:
    make_model()
    assert found(checks.undeclared_models, declared) == [
        "privacy.E001 privacy.Planted is declared neither as a holding nor as nobody's data"
    ]


def test_an_automatic_many_to_many_table_must_be_declared_too(declared: Registry) -> None:
    other = make_model("Other")
    model = make_model(others=models.ManyToManyField(other))
    declare(declared, model, {})
    nobody("privacy.Other", because="for the test", into=declared)
    assert found(checks.undeclared_models, declared) == [
        "privacy.E001 privacy.Planted_others is declared neither as a holding nor as nobody's data"
    ]


def test_a_field_without_a_word_is_found(declared: Registry) -> None:
    declare(declared, make_model(nickname=models.CharField(max_length=10)), {})
    assert found(checks.unclassified_fields, declared) == ["privacy.E002 privacy.Planted.nickname is not classified"]


def test_a_declared_field_or_model_that_is_gone_is_found(declared: Registry) -> None:
    named = {"names": {"user_id": "you", "first_name": "your first name"}, "in_words": {"language": dict}}
    declare(declared, make_model(), {"surname": personal("identity")}, **named)
    nobody("privacy.Vanished", because="it was here once", into=declared)
    assert found(checks.vanished, declared) == [
        "privacy.E003 privacy.vanished is declared but does not exist",
        "privacy.E003 privacy.Planted.surname is declared but does not exist",
        "privacy.E003 privacy.Planted.first_name is declared but does not exist",
        "privacy.E003 privacy.Planted.language is declared but does not exist",
    ]


@pytest.mark.parametrize(
    "said",
    [
        {"reached_by": {"user": "owner_id"}},
        {"identified_when": {"confirmed": True}},
        {"retain": Retain(profile=Profile.CONTACT, after="written_at", days=1)},
        {"controller_name": "company__name", "controller_contact": "user_id"},
        {"controller_name": "user_id", "controller_contact": "company__mail"},
        {"controller_when": {"company__decides": True}},
        {"reached_by": {"user": "user_id__year"}},
    ],
)
def test_a_path_that_leads_nowhere_is_found(declared: Registry, said: dict[str, Any]) -> None:
    declare(declared, make_model(), {}, **said)
    (message,) = found(checks.broken_paths, declared)
    assert message.startswith("privacy.E004 privacy.Planted: ")


def test_what_a_foreign_key_shows_must_exist(declared: Registry) -> None:
    model = make_model(company=models.ForeignKey(make_model("Company"), on_delete=models.CASCADE))
    declare(declared, model, {"company": linked("employer", shows="name")})
    (message,) = found(checks.broken_paths, declared)
    assert message.startswith("privacy.E004 privacy.Planted: company__name leads nowhere")


@pytest.mark.parametrize(
    ("field", "rule", "why"),
    [
        (models.CharField(max_length=10), masked(), "NOT NULL"),
        (models.CharField(max_length=10, unique=True), masked(to="gone"), "unique"),
        (models.CharField(max_length=3), masked(to="erased"), "longer"),
        (models.CharField(max_length=10), secret(), "NOT NULL"),
    ],
)
def test_a_field_that_cannot_be_blanked_is_found(declared: Registry, field: Any, rule: Any, why: str) -> None:
    declare(declared, make_model(note=field), {"note": rule}, erase=Erase.MASK_FIELDS)
    (message,) = found(checks.impossible_masks, declared)
    assert message.startswith("privacy.E005 privacy.Planted.note cannot be blanked")
    assert why in message


@pytest.mark.parametrize(
    ("field", "rule"),
    [
        (models.CharField(max_length=10, null=True), masked()),
        (models.CharField(max_length=10), masked(to="")),
        (models.CharField(max_length=60, unique=True), masked(to="erased-{pk}")),
        (models.CharField(max_length=10, unique=True, null=True), masked()),
    ],
)
def test_a_field_that_can_be_blanked_passes(declared: Registry, field: Any, rule: Any) -> None:
    declare(declared, make_model(note=field), {"note": rule}, erase=Erase.MASK_FIELDS)
    assert found(checks.impossible_masks, declared) == []


def test_keeping_without_a_reason_is_found(declared: Registry) -> None:
    model = make_model(note=models.TextField())
    declare(declared, model, {"note": kept("content", why=" ")}, erase=Erase.KEEP_ROW)
    assert found(checks.unexplained_keeping, declared) == ["privacy.E006 privacy.Planted.note is kept without a reason"]


@pytest.mark.parametrize("name", ["password", "api_key", "session_key", "download_token"])
def test_a_credential_that_would_be_exported_is_found(declared: Registry, name: str) -> None:
    declare(declared, make_model(**{name: models.TextField()}), {name: personal("login")})
    assert found(checks.exported_secrets, declared) == [
        f"privacy.E007 privacy.Planted.{name} would be exported but looks like a secret"
    ]


def test_a_credential_that_is_a_secret_passes(declared: Registry) -> None:
    declare(declared, make_model(password=models.TextField()), {"password": secret()})
    assert found(checks.exported_secrets, declared) == []


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (personal("hobbies"), {}),
        (personal("contact", identifies="nickname"), {}),
        (personal("contact"), {"purposes": ["curiosity"]}),
        (personal("contact"), {"basis": "because"}),
        (personal("contact"), {"reached_by": {"name": "user_id"}}),
        (personal("contact"), {"retain": Retain(profile="neighbour", after="", days=0)}),
    ],
)
def test_a_word_outside_the_vocabulary_is_found(declared: Registry, rule: Any, said: dict[str, Any]) -> None:
    declare(declared, make_model(note=models.TextField()), {"note": rule}, **said)
    (message,) = found(checks.unknown_words, declared)
    assert message.startswith("privacy.E008 ")


@pytest.mark.parametrize("as_nobodys", [True, False])
def test_a_cascade_into_something_that_is_no_holding_is_found(declared: Registry, as_nobodys: bool) -> None:
    parent = make_model("Parent")
    make_model("Child", parent=models.ForeignKey(parent, on_delete=models.CASCADE))
    declare(declared, parent, {})
    if as_nobodys:
        nobody("privacy.Child", because="wrongly said", into=declared)
    assert found(checks.undeclared_cascades, declared) == [
        "privacy.E009 privacy.Child.parent would be removed with rows of a holding, undeclared"
    ]


def test_a_cascade_into_a_holding_passes(declared: Registry) -> None:
    parent = make_model("Parent")
    child = make_model("Child", parent=models.ForeignKey(parent, on_delete=models.CASCADE))
    declare(declared, parent, {})
    declare(declared, child, {"parent": system()})
    assert found(checks.undeclared_cascades, declared) == []


def test_a_generic_foreign_key_is_found(declared: Registry) -> None:
    model = make_model(
        content_type=models.ForeignKey(ContentType, on_delete=models.CASCADE),
        object_id=models.TextField(),
        about=GenericForeignKey("content_type", "object_id"),
    )
    declare(declared, model, {"content_type": system(), "object_id": system()})
    assert found(checks.generic_foreign_keys, declared) == [
        "privacy.E010 privacy.Planted.about is a generic foreign key"
    ]


@pytest.mark.parametrize("rule", [personal("content"), personal("content", store="nowhere")])
def test_a_file_without_a_store_is_found(declared: Registry, rule: Any) -> None:
    declare(declared, make_model(photo=models.FileField()), {"photo": rule})
    assert found(checks.files_without_store, declared) == [
        "privacy.E011 privacy.Planted.photo is a file without a store"
    ]


@pytest.mark.parametrize(
    "missing", ["__doc__", "title", "reached_by", "purposes", "basis", "source", "retain", "erase"]
)
def test_a_holding_that_leaves_something_unsaid_is_found(declared: Registry, missing: str) -> None:
    declare(declared, make_model(), {}, **{missing: None})
    assert found(checks.incomplete_holdings, declared) == [
        f"privacy.E012 privacy.Planted is incomplete: no {missing.strip('_')}"
    ]


def test_a_field_rule_in_the_place_of_a_word_of_holdings_is_found(declared: Registry) -> None:
    declare(declared, make_model(source=models.TextField()), {}, source=personal("other"))
    (message,) = found(checks.incomplete_holdings, declared)
    assert "put the field in `fields`" in message


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"controller_name": "user_id"}, "a controller has a name and an address"),
        ({"controller_contact": "user_id"}, "a controller has a name and an address"),
        ({"opens_account": True}, "what opens an account leads from an e-mail address to a user"),
        ({"second": ("other_id",)}, "whom a row only names has paths and masked fields of its own"),
        (
            {"second": ("user_id",), "of_second": ("id",)},
            "whom a row only names has paths and masked fields of its own",
        ),
    ],
)
def test_half_a_controller_and_an_address_that_opens_nothing_are_found(
    declared: Registry, said: dict[str, Any], why: str
) -> None:
    declare(declared, make_model(), {}, **said)
    (message,) = found(checks.incomplete_holdings, declared)
    assert why in message


@pytest.mark.parametrize("child_is_a_holding", [True, False])
def test_a_row_that_stays_but_must_point_at_one_that_goes_is_found(
    declared: Registry, child_is_a_holding: bool
) -> None:
    parent = make_model("Parent")
    child = make_model("Child", parent=models.ForeignKey(parent, on_delete=models.PROTECT))
    declare(declared, parent, {})
    if child_is_a_holding:
        declare(declared, child, {"parent": kept(why="for the test")}, erase=Erase.KEEP_ROW)
    else:
        nobody("privacy.Child", because="nothing personal", into=declared)
    assert found(checks.stranded_references, declared) == [
        "privacy.E013 privacy.Child.parent stays but must point at rows that go"
    ]


@pytest.mark.parametrize(
    ("erase", "rule"),
    [
        (Erase.DELETE_ROW, kept(why="it cannot be")),
        (Erase.DELETE_ROW, masked(to="")),
        (Erase.MASK_FIELDS, personal("content")),
        (Erase.KEEP_ROW, personal("content")),
        (Erase.KEEP_ROW, secret()),
    ],
)
def test_a_word_that_contradicts_the_erasure_is_found(declared: Registry, erase: Erase, rule: Any) -> None:
    model = make_model(note=models.TextField(), blanked=models.TextField(null=True))
    other = masked() if erase is Erase.MASK_FIELDS else system()
    declare(declared, model, {"note": rule, "blanked": other}, erase=erase)
    (message,) = found(checks.contradictions, declared)
    assert message.startswith("privacy.E015 privacy.Planted.note contradicts")


def test_a_circle_of_holdings_reached_through_each_other_is_found(declared: Registry) -> None:
    first = make_model("First")
    second = make_model("Second", first=models.ForeignKey(first, on_delete=models.CASCADE, related_name="seconds"))
    declare(declared, first, {}, reached_by={"user": "seconds__user_id"})
    declare(declared, second, {"first": system()}, reached_by={"user": "first__user_id"})
    (message,) = found(checks.circular_order, declared)
    assert message.startswith("privacy.E016 the order of erasure cannot be found")


@pytest.mark.django_db
def test_a_path_without_an_index_is_found_in_the_catalogue(declared: Registry) -> None:
    body: dict[str, Any] = {"unindexed": models.TextField()}
    parent = make_model("Parent", **body)
    child = make_model("Child", parent=models.ForeignKey(parent, on_delete=models.CASCADE, db_index=False))
    declare(declared, parent, {"unindexed": system()}, reached_by={"user": "user_id", "email": "unindexed"})
    declare(declared, child, {"parent": system()}, reached_by={"email": "parent__unindexed"})
    with connection.schema_editor() as editor:
        editor.create_model(parent)
        editor.create_model(child)
    assert checks.unindexed_paths(declared) == ["privacy_child.parent_id", "privacy_parent.unindexed"]
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX ON privacy_child (parent_id)")
        cursor.execute("CREATE INDEX ON privacy_parent (unindexed) WHERE user_id IS NULL")
    assert checks.unindexed_paths(declared) == ["privacy_parent.unindexed"]


@pytest.mark.django_db
def test_every_path_of_the_site_is_indexed() -> None:
    assert checks.unindexed_paths() == []


@pytest.mark.promise("P5.2")
def test_a_field_that_may_be_corrected_without_a_door_is_found(declared: Registry) -> None:
    model = make_model(pet=models.CharField(max_length=10), age=models.IntegerField())
    declare(declared, model, {"pet": personal("identity", rectifiable=True), "age": personal("identity")})
    assert found(checks.corrections_without_door, declared) == [
        "privacy.E017 privacy.Planted.pet may be corrected, but cannot be: no door is registered"
    ]
    register_door("privacy.Planted", Door(lambda *_given: None), into=declared)
    assert found(checks.corrections_without_door, declared) == []


def test_what_is_no_text_needs_a_way_to_be_written_and_read(declared: Registry) -> None:
    model = make_model(age=models.IntegerField())
    declare(declared, model, {"age": personal("identity", rectifiable=True)})
    declared.add_door("privacy.Planted", Door(lambda *_given: None))
    assert found(checks.corrections_without_door, declared) == [
        "privacy.E017 privacy.Planted.age may be corrected, but cannot be: it is no text, and its door has no `texts`"
    ]
    declared.doors["privacy.planted"] = Door(lambda *_given: None, texts={"age": Texts(int)})
    assert found(checks.corrections_without_door, declared) == []


@pytest.mark.promise("P0.2")
def test_every_declaration_of_the_site_is_complete() -> None:
    assert checks.run_static() == []


def test_every_message_has_a_check_and_a_stable_id() -> None:
    told = {word[:4] for check in (*checks.STATIC_CHECKS, checks.unindexed) for word in (check.__doc__ or "").split()}
    assert set(checks.MESSAGES) <= told


def test_the_checks_run_with_djangos_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(registry.nobodies, "privacy.job")
    assert "privacy.E001" in {error.id for error in run_checks(tags=["privacy"])}


def test_an_unsound_data_map_stops_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    system_checks.refuse_unsound_start()
    monkeypatch.delitem(registry.holdings, "accounts.profile")
    with pytest.raises(ImproperlyConfigured, match=r"privacy\.E001: accounts\.Profile"):
        system_checks.refuse_unsound_start()


@pytest.mark.django_db
def test_an_unsound_data_map_stops_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    celery.refuse_unsound_start()
    monkeypatch.delitem(registry.holdings, "accounts.profile")
    with pytest.raises(SystemExit, match=r"privacy\.E001"):
        celery.refuse_unsound_start()


def test_a_model_is_declared_once_only(declared: Registry) -> None:
    declare(declared, make_model(), {})
    with pytest.raises(ImproperlyConfigured, match="declared twice"):
        nobody("privacy.Planted", because="changed my mind", into=declared)
