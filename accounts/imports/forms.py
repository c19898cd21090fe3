"""The forms of an import: which file, and what is to be done with what was read."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.imports import errors
from privacy.uploads.arriving import NotKept

IMPORT, DISCARD = "import", "discard"
# What the browser's own dialogue offers first; it decides nothing.
ACCEPT = ".csv,.txt,.tsv,text/csv,text/tab-separated-values"


class ListForm(forms.Form):
    """The file with the people."""

    use_required_attribute = False

    file = forms.FileField(
        label=_("File with the people (CSV)"),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        error_messages={
            "required": _("Choose a CSV file with the people whom you want to enrol."),
            "empty": _("This file is empty. Choose the file again, or another one."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("We show you what we read before anybody is enrolled.")

    def clean_file(self) -> UploadedFile:
        """The file, if all of it arrived."""
        file: UploadedFile = self.cleaned_data["file"]
        if isinstance(file, NotKept):
            raise forms.ValidationError(errors.TooLarge().message)
        return file


class DecisionForm(forms.Form):
    """What is to be done with a list that was shown; the button that is pressed says it."""

    use_required_attribute = False

    act = forms.ChoiceField(choices=[(IMPORT, IMPORT), (DISCARD, DISCARD)], widget=forms.HiddenInput)
    leave_refused = forms.BooleanField(
        required=False,
        label=_("Leave out the lines with errors and import the others"),
        help_text=_("The lines that are left out can be downloaded, corrected and sent again."),
    )
