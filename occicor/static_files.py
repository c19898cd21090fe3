"""Static files under hashed names, packed; the style sheets of the portal in one file, so that one request gets all."""

import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
INDENT = re.compile(r"\s*\n\s*")


class BundledStaticFiles(CompressedManifestStaticFilesStorage):
    """Joins the sheets that settings.STYLE_SHEETS names when files are gathered; the parts stay for who wants one."""

    @property
    def bundles(self) -> list[str]:
        """The names of the files made of others."""
        return [settings.STYLE_BUNDLE]

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Make the one sheet, then hash and pack everything as the parent does."""
        if not dry_run and all(name in paths for name in settings.STYLE_SHEETS):
            sheets = []
            for name in settings.STYLE_SHEETS:
                storage, path = paths[name]
                with storage.open(path) as sheet:
                    sheets.append(sheet.read().decode())
            self.delete(settings.STYLE_BUNDLE)
            self.save(settings.STYLE_BUNDLE, ContentFile(joined(sheets).encode()))
            paths[settings.STYLE_BUNDLE] = (self, settings.STYLE_BUNDLE)
        yield from super().post_process(paths, dry_run, **options)


def joined(sheets: list[str]) -> str:
    """The sheets one after the other, without comments and indents."""
    return "\n".join(INDENT.sub("\n", COMMENT.sub("", sheet)).strip() for sheet in sheets) + "\n"
