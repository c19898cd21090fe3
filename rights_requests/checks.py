"""Makes the words that settings give this app a condition of a start."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register

from privacy.vocabulary import Right


@register("rights_requests")
def second_person_rights_are_rights(app_configs: object = None, **kwargs: Any) -> list[Error]:
    """A word in SECOND_PERSON_RIGHTS that is no right would leave one person to decide what two were to."""
    unknown = [word for word in settings.SECOND_PERSON_RIGHTS if word not in Right.values]
    hint = f"The rights are {', '.join(Right.values)}."
    return [
        Error(f"SECOND_PERSON_RIGHTS: {word} is no right.", hint=hint, id="rights_requests.E001") for word in unknown
    ]
