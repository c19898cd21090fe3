"""The file of what the next sweep deletes, as a spreadsheet opens it."""

import pytest
from django.test import Client

from privacy.package.export import BYTE_ORDER_MARK
from tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P3.1")]


def test_the_file_of_the_preview_has_a_line_for_each_rule_and_no_cell_begins_a_formula(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("privacy.retention.preview.retention", lambda _holding: "=1+1")
    browser = Client()
    browser.force_login(make_staff(perms=["privacy.view_retentionrun"]))
    content = browser.get("/admin/retention/preview.csv?all=on").content
    assert content.startswith(BYTE_ORDER_MARK)
    head, *lines = content.removeprefix(BYTE_ORDER_MARK).decode().splitlines()
    assert head == "holding,profile,term,over,oldest,deleted,kept_back,by"
    assert len(lines) > 30
    assert all(",'=1+1," in line for line in lines)
