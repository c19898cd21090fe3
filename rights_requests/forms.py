"""What people type into the request pages; each message says what is wrong and what to write instead."""

import re
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from privacy.forms import AddressField
from privacy.numbers import NumberedText
from privacy.uploads.fields import CleanFileField
from rights_requests.models import Decision, RightsRequest
from rights_requests.recipients.addresses import LONGEST_URL, AddressFault, read
from rights_requests.regimes import places
from rights_requests.verification import MAX_DOCUMENT_BYTES, Checked, SignatureMissing, Unreadable, check
from rights_requests.vocabulary import AskReason, ReporterRelation
from rights_requests.words import size

_LINK = re.compile(r"[/@:<>]|\w\.\w\w")
_MESSAGE_LENGTH = RightsRequest._meta.get_field("message").max_length
_TOO_LONG: Any = NumberedText(
    _("This is %(show_value)s characters long. Shorten it to %(limit_value)s characters or fewer.")
)
_ODD_CHARACTERS = _("The text contains a character that cannot be stored. Type it again instead of pasting it.")
_ANYTHING = _("Is there anything you want to tell us?")
_NOTHING = _("There is nothing to check yet. Choose a file of up to 1 MB, or paste its text.")


class WholeText(forms.CharField):
    """A text that the browser never cuts off in silence: one that is too long is answered in words, and kept."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """As ever, but without a length: it is counted on the server."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


def message_field(hint: Any, *, label: Any = _ANYTHING) -> WholeText:
    """Words that may go with a request, never required; `hint` says what they are for and who reads them."""
    return WholeText(
        label=label,
        help_text=hint,
        required=False,
        max_length=_MESSAGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"max_length": _TOO_LONG, "null_characters_not_allowed": _ODD_CHARACTERS},
    )


class NameField(forms.CharField):
    """A person's name as we repeat it to others: one line, and nothing that a mail program would turn into a link."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=80, **kwargs)

    def clean(self, value: Any) -> str:
        """The name on one line; raises ValidationError for what is no name."""
        name = " ".join(str(super().clean(value) or "").split())
        if _LINK.search(name):
            raise forms.ValidationError(_("Write your name only, without an address or a link."))
        return name


class AddressForm(forms.Form):
    """The address to which a code goes."""

    use_required_attribute = False
    email = AddressField(
        label=_("Your e-mail address"),
        help_text=_(
            "The one you think we know you by, perhaps one from work. We send a code to it, to see that it is yours."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"required": _("Enter your e-mail address.")},
    )


class ChildForm(forms.Form):
    """A report about a child: who it is, how it is known, words for our people; nothing about the reporter."""

    use_required_attribute = False
    who = forms.CharField(
        label=_("The child’s e-mail address or user name"),
        help_text=_("Exactly as the child uses it. Without one of them we cannot find the data."),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("Enter the e-mail address or the user name of the child.")},
    )
    relation = forms.ChoiceField(
        label=_("Who are you to the child?"),
        choices=ReporterRelation.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who you are to the child.")},
    )
    message = message_field(
        _("What makes you think that they are under 18? Only the people who look at it read this. Send no documents."),
        label=_("What else should we know?"),
    )

    def clean_who(self) -> str:
        """The address in the form in which addresses are compared, or the user name."""
        given = str(self.cleaned_data["who"]).strip()
        return AddressField().clean(given) if "@" in given else given

    def refuse_for_now(self) -> None:
        """Say that so many reports came that the next has to wait, and how to reach a person at once."""
        self.add_error(
            None,
            _("Many reports came in a short time. Yours is still here: send it again in an hour, or write to us now."),
        )


class CodeForm(forms.Form):
    """The code that came by mail."""

    use_required_attribute = False
    code = forms.CharField(
        label=_("Code from the message"),
        help_text=_("Letters, digits and a dash; capitals do not matter."),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": _("Enter the code from the message we sent you.")},
    )


class PlaceField(forms.ChoiceField):
    """The place somebody lives in, never required; one that is not on the list is named, with what to do instead."""

    def __init__(self, **kwargs: Any) -> None:
        unknown = _("“%(value)s” is not on our list. Choose the place from the list, or leave it open.")
        super().__init__(choices=_places, required=False, error_messages={"invalid_choice": unknown}, **kwargs)
        self.widget.attrs["autocomplete"] = "country"

    def to_python(self, value: Any) -> str:
        """The code as the list writes it."""
        return str(super().to_python(value)).strip().upper()


def _places() -> list[tuple[str, Any]]:
    return [("", _("Leave it open")), *places.choices()]


WHY_PLACE = _("It decides whose law counts for our answer, and to which authority you can complain about us.")


class SendForm(forms.Form):
    """Which answers the person has checked: the key of the draft that the page showed; and where the person lives."""

    use_required_attribute = False
    key = forms.UUIDField(widget=forms.HiddenInput)
    country = PlaceField(label=_("Where do you live?"), help_text=WHY_PLACE)


class ProofForm(forms.Form):
    """A file that shows what somebody says about their data."""

    use_required_attribute = False

    file = CleanFileField(
        label=_("Your file"),
        help_text=_(
            "A picture (JPEG or PNG) or a PDF, of up to 10 MB and 20 pages. Cover what we need not see. We keep a"
            " sealed picture of it until your request is decided, and destroy it then."
        ),
    )


class DocumentForm(forms.Form):
    """A picture of something that shows the person's name."""

    use_required_attribute = False
    file = CleanFileField(
        label=_("Your picture"),
        help_text=_("A picture (JPEG or PNG) or a PDF, of up to 10 MB. Only your name must be readable."),
    )


class MessageForm(forms.Form):
    """A message to us about a request."""

    use_required_attribute = False
    text = WholeText(
        label=_("Your message"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Only the people who answer your request read this."),
        error_messages={
            "required": _("Write what you want to say."),
            "max_length": _TOO_LONG,
            "null_characters_not_allowed": _ODD_CHARACTERS,
        },
    )
    file = CleanFileField(
        label=_("A file that goes with it"),
        help_text=_("A picture (JPEG or PNG) or a PDF of up to 10 MB. We keep a picture of it only, and not for long."),
        required=False,
    )


class AnswerForm(MessageForm):
    """The answer to a question; no file where we ask who somebody is: papers have a page and rules of their own."""

    def __init__(self, *args: Any, question: Decision, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Your answer")
        self.fields["text"].error_messages["required"] = _("Write your answer.")
        if question.reason == AskReason.IDENTITY:
            del self.fields["file"]


class AppealForm(forms.Form):
    """Why a refusal is wrong."""

    use_required_attribute = False
    text = WholeText(
        label=_("Why do you think that our refusal is wrong?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("In your own words. Whoever looks at it again reads this, our refusal and your request."),
        error_messages={
            "required": _("Write in a sentence or two why our refusal is wrong."),
            "max_length": _TOO_LONG,
            "null_characters_not_allowed": _ODD_CHARACTERS,
        },
    )


class PartAppealForm(forms.Form):
    """Why a part must be deleted too."""

    use_required_attribute = False
    text = WholeText(
        label=_("Why do you think that this must be deleted too?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("In your own words. Whoever looks at it again reads this, and what we keep."),
        error_messages={
            "required": _("Write in a sentence or two why this must be deleted too."),
            "max_length": _TOO_LONG,
            "null_characters_not_allowed": _ODD_CHARACTERS,
        },
    )


class DownloadForm(forms.Form):
    """The single-use token that the download page issued."""

    token = forms.CharField(max_length=500, widget=forms.HiddenInput)


class OneOfTwoFile(forms.FileField):
    """A file that may be given in another way instead; that one of the two is there is checked by the form."""

    def validate(self, value: UploadedFile | None) -> None:
        """Nothing: an empty field is no mistake of this field alone."""


class OneOfTwoText(WholeText):
    """A text that may be given in another way instead; that one of the two is there is checked by the form."""

    def validate(self, value: str) -> None:
        """Nothing: an empty field is no mistake of this field alone."""


class VerifyForm(forms.Form):
    """A document of ours, pasted or chosen as a file, with its signature where that is a file of its own."""

    use_required_attribute = False

    document_file = OneOfTwoFile(
        label=_("The document"),
        help_text=_("A receipt, or the file manifest.json from a copy of data."),
        allow_empty_file=True,
    )
    document = OneOfTwoText(
        label=_("The text of the document"),
        max_length=MAX_DOCUMENT_BYTES,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"max_length": _("This text is too long to be a document of ours.")},
    )
    signature_file = forms.FileField(
        label=_("Its signature, when it is a file of its own"),
        help_text=_("For manifest.json it is manifest.json.sig, beside it. A receipt has its signature inside."),
        required=False,
        allow_empty_file=True,
    )
    signature = WholeText(
        label=_("The text of the signature"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"max_length": _("This text is too long to be a signature of ours.")},
    )
    checked: Checked | None = None

    def clean_document_file(self) -> str:
        """The text of the chosen file; raises ValidationError when it is too large or not text."""
        return _text_of(self.cleaned_data.get("document_file"))

    def clean_signature_file(self) -> str:
        """The text of the chosen signature file; raises ValidationError when it is too large or not text."""
        return _text_of(self.cleaned_data.get("signature_file"))

    def clean(self) -> dict[str, Any]:
        """Check the document once both parts are readable; the answer is in `checked`."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        document = cleaned["document_file"] or cleaned["document"]
        if not document.strip():
            self.add_error("document_file", _NOTHING)
            return cleaned
        try:
            self.checked = check(document, cleaned["signature_file"] or cleaned["signature"])
        except Unreadable:
            self.add_error(
                "document_file" if cleaned["document_file"] else "document",
                _("We cannot read this as a receipt or a manifest. Use the whole file, unchanged, from { to }."),
            )
        except SignatureMissing:
            self.add_error("signature_file", _("Add the signature: the file manifest.json.sig beside the manifest."))
        return cleaned


def _text_of(upload: UploadedFile | None) -> str:
    if upload is None:
        return ""
    if (upload.size or 0) > MAX_DOCUMENT_BYTES:
        limit = size(MAX_DOCUMENT_BYTES)
        raise forms.ValidationError(_("This file is too large to be ours. Choose one of up to %s.") % limit)
    try:
        return str(upload.read().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise forms.ValidationError(_("This file is not text. Choose manifest.json or a receipt.")) from error


class ServerAddressField(forms.CharField):
    """The https address of a server that a person names; each mistake is told with what to write instead.

    Whether its name leads to a public server shows only when it is looked up, at each call.
    """

    widget = forms.URLInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": LONGEST_URL, **kwargs})

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Without a length, which would cut an address off in silence; spelling is not ours to correct."""
        attrs = {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}
        return {**attrs, "spellcheck": "false", "autocomplete": "off"}

    def clean(self, value: Any) -> str:
        """The address as it was written, without the space around it."""
        address: str = super().clean(value)
        if address:
            try:
                read(address)
            except AddressFault as error:
                raise forms.ValidationError(error.message) from error
        return address
