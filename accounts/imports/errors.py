"""Why a file, or an act on an import, is refused; each with a sentence that can be shown as it is."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from privacy.numbers import NumberedText


class FileRefused(Exception):
    """Nothing of the file is taken; `message` says in plain words why, and what to do."""

    text: Any = _("We cannot read this file.")

    def __init__(self, **said: Any) -> None:
        self.said = said
        super().__init__(type(self).__name__)

    @property
    def message(self) -> str:
        """The sentence, in the language of the page."""
        limits = {"megabytes": settings.IMPORT_MAX_BYTES // 1_000_000, "most": settings.IMPORT_MAX_ROWS}
        return NumberedText(self.text) % {**limits, **self.said}


class TooLarge(FileRefused):
    """More bytes than are taken."""

    text = _(
        "This file is larger than %(megabytes)s MB. Split the list into several files; each begins with the line that"
        " names the columns."
    )


class TooManyPeople(FileRefused):
    """More rows than are taken."""

    text = _(
        "This file has more than %(most)s lines with people. Split it into several; each begins with the line that"
        " names the columns."
    )


class NobodyInIt(FileRefused):
    """Not one row."""

    text = _("There are no people in this file. Write one person on a line, under the line that names the columns.")


class NoText(FileRefused):
    """A spreadsheet, an archive, a picture: not a CSV."""

    text = _(
        "This is no CSV file. In your spreadsheet program choose “Save as” or “Export”, then “CSV UTF-8”, and choose"
        " the file that it makes."
    )


class ColumnMissing(FileRefused):
    """The first line does not name what is needed."""

    text = _(
        "We find no column for the %(missing)s. The first line names the columns, for example “first name” and “work"
        " e-mail”. Yours says: %(found)s."
    )


class ColumnTwice(FileRefused):
    """Two columns of one name."""

    text = _("Two columns are called “%(name)s”. Rename one of them, or take it out.")


class ColumnName(FileRefused):
    """What stands in the first line cannot name a fact."""

    text = _("“%(name)s” cannot name a column. Use letters and digits, at most 60, such as “store”.")


class ColumnsMany(FileRefused):
    """More columns than anybody needs."""

    text = _("The first line names more than %(columns)s columns. Take out what is not needed.")


class QuoteOpen(FileRefused):
    """A quotation mark that swallows the lines after it."""

    text = _(
        "The quotation mark on line %(line)s is never closed, so what follows would be read as one cell. Close it, or"
        " take it out."
    )


class LineLong(FileRefused):
    """A line of a length that no list of people has."""

    text = _("Line %(line)s is longer than %(longest)s characters. This does not look like a list of people.")


class ActRefused(Exception):
    """An act on an import cannot be done now; `message` says why."""

    message: Any = _("This cannot be done now.")


class NothingWaits(ActRefused):
    """It was imported, or discarded, before."""

    message = _("This list does not wait for your word any more. See below where it stands.")


class RowsLeftOut(ActRefused):
    """Some rows are not taken, and nobody said that they may be left out."""

    message = _("Say that the lines with errors may be left out, or correct the file and choose it again.")


class NobodyToEnrol(ActRefused):
    """Not one row would do anything."""

    message = _("There is nothing to import in this list. Correct the file and choose it again.")


class TooManyWait(ActRefused):
    """Lists that wait hold people's data; so many wait at once and no more."""

    message = _("Several of your lists wait already. Import or discard one of them, then choose the file again.")
