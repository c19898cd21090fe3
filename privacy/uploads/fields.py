"""A form field that takes a file, has it made anew, and says in plain words why it cannot take one."""

from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from privacy.uploads.arriving import NotKept
from privacy.uploads.clean import Cleaned, clean
from privacy.uploads.limits import DEFAULT, MEGABYTE, Limits
from privacy.uploads.refusals import Refusal, Refused

# Browsers offer these first; an iPhone turns its own photos into JPEG when it reads this.
ACCEPT = "image/jpeg,image/png,application/pdf"
SENTENCES: dict[Refusal, str | Promise] = {
    Refusal.EMPTY: _("This file is empty. Choose the file again, or another one."),
    Refusal.TOO_LARGE: _("This file is larger than %(megabytes)d MB. Choose a smaller one, or take a new photo."),
    Refusal.TOO_MANY_FILES: _("You chose more files than we can take at once. Send this one with your next message."),
    Refusal.OTHER_KIND: _(
        "We cannot open this kind of file. Choose a picture (JPEG or PNG) or a PDF. A screenshot will do too."
    ),
    Refusal.PHONE_PHOTO: _(
        "This photo is of a kind that only some phones can open (HEIC). Take a screenshot of it, and choose that."
    ),
    Refusal.OFFICE_OR_ARCHIVE: _(
        "This is an office document or an archive (such as Word or ZIP). Save it as a PDF, and choose the PDF."
    ),
    Refusal.BROKEN: _(
        "We cannot open this file: part of it is damaged or missing. Save it again, or take a photo of it."
    ),
    Refusal.ENCRYPTED: _("This PDF is locked with a password. Save a copy without a password, and choose the copy."),
    Refusal.TOO_MANY_PAGES: _(
        "This PDF has more than %(pages)d pages. Choose the pages that matter, and save only those."
    ),
    Refusal.TOO_MANY_PIXELS: _("This picture has too many pixels. Take a screenshot of it, and choose the screenshot."),
    Refusal.TOO_HEAVY: _(
        "This file is too complicated for us to open. Take a photo or a screenshot of it, and choose that."
    ),
    Refusal.BUSY: _("Many people are sending files right now. Nothing is lost: choose your file again in a minute."),
}


def sentence(reason: Refusal, limits: Limits = DEFAULT) -> str:
    """What a person reads when a file is not taken for this reason: what is wrong, and what to do."""
    return str(SENTENCES[reason]) % {"megabytes": limits.file_bytes // MEGABYTE, "pages": limits.pages}


class CleanFileField(forms.Field):
    """A picture or a PDF; its value is the file made anew (`Cleaned`), or None where it is not required and not given.

    The file's own name is never looked at. The rest of the form stays as typed; a browser cannot keep a chosen file, so
    the person chooses it again. The view behind the form needs `@receives_files` to receive more than the default.
    """

    widget = forms.FileInput
    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": _("Choose a file: a picture (JPEG or PNG) or a PDF.")
    }

    def __init__(self, *, limits: Limits = DEFAULT, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.limits = limits

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """What the browser's own dialogue offers first; it decides nothing."""
        return {**super().widget_attrs(widget), "accept": ACCEPT}

    def to_python(self, value: UploadedFile | None) -> Cleaned | None:
        """The file made anew; raises ValidationError with one of the sentences."""
        if value is None:
            return None
        try:
            if isinstance(value, NotKept):
                raise Refused(value.reason)
            return clean(value, limits=self.limits)
        except Refused as refused:
            raise forms.ValidationError(sentence(refused.reason, self.limits), code=refused.reason.value) from refused

    def has_changed(self, initial: Any, data: UploadedFile | None) -> bool:
        """Whether a file was chosen."""
        return not self.disabled and data is not None
