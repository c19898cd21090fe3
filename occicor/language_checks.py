"""No installation shows English at the address of another language because a catalogue was never compiled."""

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register

from occicor.languages import stale


@register(Tags.translation, deploy=True)
def catalogues_are_compiled(**_given: Any) -> list[CheckMessage]:
    """E002: every catalogue of texts is compiled as it is written."""
    hint = "Run python -m occicor.languages; it is part of installing a new version."
    return [
        Error(f"The texts of “{one.parent.parent.name}” are not compiled.", hint=hint, id="occicor.E002")
        for one in stale()
    ]
