"""Numbers as the reader of a page writes them: "10,000" in English and Arabic, "10 000" in French."""

from collections.abc import Mapping

from django.utils.formats import number_format


def grouped(count: int) -> str:
    """A whole number in groups of three digits, in the language of the page."""
    return str(number_format(count, use_l10n=True, force_grouping=True))


class NumberedText:
    """A text with numbers in it, for a field's `error_messages`: Django puts bare digits there, this groups them.

    `text` is translated when it is shown; its places are `%(name)s`, whatever stands in them.
    """

    def __init__(self, text: object) -> None:
        self.text = text

    def __str__(self) -> str:
        return str(self.text)

    def __mod__(self, said: Mapping[str, object]) -> str:
        """The text with what is said in it; each whole number grouped."""
        return str(self.text) % {
            name: grouped(value) if isinstance(value, int) else value for name, value in said.items()
        }
