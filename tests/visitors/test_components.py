"""The pieces every page is made of: what a screen reader hears, and what a form says when something is wrong."""

import re
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory


class Asking(forms.Form):
    """A form with one field of each kind."""

    use_required_attribute = False
    email = forms.EmailField(label="Your e-mail address", help_text="We write to it.")
    note = forms.CharField(label="A note", required=False, widget=forms.Textarea)
    right = forms.ChoiceField(
        label="What would you like?", choices=[("a", "A copy"), ("b", "Deletion")], widget=forms.RadioSelect
    )
    read = forms.BooleanField(label="I have read this", help_text="There is no way back.")
    key = forms.UUIDField(widget=forms.HiddenInput)


def shown(name: str, **arguments: Any) -> str:
    return render_to_string(f"components/{name}.html", arguments)


def whole(form: forms.Form) -> str:
    return shown("error_summary", form=form) + "".join(shown("field", field=field) for field in form)


def test_a_form_without_errors_has_no_summary() -> None:
    assert shown("error_summary", form=Asking()).strip() == ""


def test_each_line_of_the_summary_leads_to_a_field_that_is_there() -> None:
    page = whole(Asking({"email": "no address", "key": "no key"}))
    targets = re.findall(r'href="#([^"]+)"', page)
    assert targets == ["id_email", "id_right_0", "id_read"]
    assert set(targets) <= set(re.findall(r'id="([^"]+)"', page))


def test_an_error_of_a_hidden_field_or_of_the_whole_form_is_said_without_a_link() -> None:
    form = Asking({"email": "a@example.org", "right": "a", "read": "on", "key": "no key"})
    form.add_error(None, "Both cannot be.")
    summary = shown("error_summary", form=form)
    assert "Both cannot be." in summary
    assert "<a " not in summary


def test_everything_that_describes_a_field_is_on_the_page() -> None:
    page = whole(Asking({}))
    described = {name for names in re.findall(r'aria-describedby="([^"]+)"', page) for name in names.split()}
    assert {"id_email_helptext", "id_email_error", "id_right_error", "id_read_helptext"} <= described
    assert described <= set(re.findall(r'id="([^"]+)"', page))


def test_what_was_typed_stays_and_is_escaped() -> None:
    page = whole(Asking({"email": '"><script>', "note": "</textarea><b>"}))
    assert "<script>" not in page
    assert "&lt;/textarea&gt;&lt;b&gt;" in page


def test_only_optional_questions_say_so() -> None:
    form = Asking()
    assert "(optional)" in shown("field", field=form["note"])
    assert "(optional)" not in shown("field", field=form["email"])
    assert "required" not in shown("field", field=form["email"])


def test_choices_of_one_question_stand_in_a_group_with_its_words() -> None:
    page = shown("field", field=Asking()["right"])
    assert "<fieldset" in page
    assert "<legend>What would you like?" in page
    assert page.count('class="choice"') == 2


def test_a_missing_answer_reads_not_provided_and_the_change_link_says_what_it_changes() -> None:
    page = shown("summary_list", rows=[{"key": "Phone", "value": "", "url": "/x/"}])
    assert "Not provided" in page
    assert re.search(r'Change<span class="visually-hidden"> Phone</span>', page)


def test_a_button_takes_nothing_from_the_page_around_it() -> None:
    page = shown("button", label="Send your request", form=Asking(), only=True)
    assert page.strip().endswith('<button class="button" type="submit">Send your request</button>')


def test_the_step_that_is_on_now_is_told_to_everybody() -> None:
    at = datetime(2027, 1, 7, 12, 0, tzinfo=UTC)
    page = shown("timeline", entries=[{"at": at, "title": "Sent", "kind": "done"}, {"title": "Checked", "kind": "now"}])
    assert page.count('aria-current="step"') == 1
    assert "Thursday 7 January 2027" in page
    assert shown("steps", steps=["Choose", "Check"], current=2).count('aria-current="step"') == 1


def test_pages_of_a_list_keep_the_other_parts_of_the_address() -> None:
    request = RequestFactory().get("/", {"state": "open", "page": "2"})
    page = render_to_string("components/pagination.html", {"page": Paginator(range(30), 10).page(2)}, request=request)
    assert "?state=open&amp;page=1" in page
    assert "?state=open&amp;page=3" in page


def test_an_external_word_in_a_frame_or_notice_is_escaped() -> None:
    assert "<b>" not in shown("frame", tag="<b>", title="<b>", text="<b>") + shown("notice", title="<b>", text="<b>")
