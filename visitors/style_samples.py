"""What the style page shows: one example of everything that a component takes."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.translation import gettext as _

KINDS_OF_PILL = ("", "now", "soon", "late", "done", "quiet")
COLOURS = (
    *("ink", "muted", "paper", "surface", "sunken", "hairline", "edge", "primary", "primary-tint", "detect"),
    *("danger", "danger-tint", "warning", "warning-tint", "success", "success-tint"),
)
KINDS_OF_NOTICE = ("info", "success", "warning", "error")


class SampleForm(forms.Form):
    """One question of each kind."""

    use_required_attribute = False

    email = forms.EmailField(label=_("Your e-mail address"), help_text=_("We write to it, and to nobody else."))
    code = forms.CharField(label=_("The code from our message"), max_length=9)
    topic = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[("", _("Choose one")), ("data", _("My data")), ("other", _("Something else"))],
    )
    text = forms.CharField(label=_("Is there anything else?"), required=False, widget=forms.Textarea({"rows": 3}))
    way = forms.ChoiceField(
        label=_("How do you want your copy?"),
        help_text=_("You can change this until we send it."),
        choices=[("read", _("To read")), ("move", _("To take elsewhere"))],
        widget=forms.RadioSelect,
    )
    read = forms.BooleanField(label=_("I have read what will be deleted"), help_text=_("There is no way back."))
    proof = forms.FileField(label=_("A letter that shows it"), required=False)


def samples() -> dict[str, Any]:
    """Everything, as the template wants it."""
    now = timezone.now()
    filled = {"email": "ada@example.org", "code": "A2B3-C4D5", "topic": "data", "text": _("No."), "way": "read"}
    wrong = {"email": "ada at example.org", "code": ""}
    return {
        "form": SampleForm(auto_id="fresh_%s", initial={}),
        "filled": SampleForm(auto_id="filled_%s", initial=filled),
        "wrong": SampleForm(wrong, auto_id="id_%s"),
        "rows": [
            {"key": _("Your name"), "value": "Ada Lovelace", "url": "#summary"},
            {"key": _("Telephone"), "value": "", "url": "#summary"},
            {"key": _("A long word"), "value": "a" * 80},
        ],
        "entries": [
            {"at": now - timedelta(days=3), "title": _("We have your request"), "kind": "done"},
            {
                "at": now - timedelta(days=1),
                "title": _("A person checks it"),
                "kind": "now",
                "text": _("It is Ada’s turn."),
            },
            {"at": now, "title": _("The answer was due"), "kind": "late"},
            {"at": now, "title": _("It could not be delivered"), "kind": "bad"},
            {"at": None, "title": _("You have proof"), "kind": "next"},
        ],
        "steps": [_("Choose"), _("Check"), _("Send")],
        "pills": [(kind, kind or _("plain")) for kind in KINDS_OF_PILL],
        "notices": KINDS_OF_NOTICE,
        "colours": COLOURS,
        "looks": [("dark", "ltr", _("In dark")), ("", "rtl", _("From right to left"))],
        "columns": [_("Right"), _("Requests"), _("Median, in days")],
        "table": [[_("Access"), 12, 2], [_("Erasure"), 4, 6], [_("Rectification"), 0, "–"]],
        "long": Paginator(range(90), 10).page(4),
        "first": Paginator(range(20), 10).page(1),
        "last": Paginator(range(20), 10).page(2),
    }
