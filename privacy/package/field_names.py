"""The fields that are told under the name of their column, because no declaration words them: for the catalogues."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

# `privacy.package.columns` looks each up by what the model calls it; a test finds those that are missing.
FIELD_NAMES: tuple[str | Promise, ...] = (
    pgettext_lazy("field", "group"),
    pgettext_lazy("field", "permission"),
    pgettext_lazy("field", "text"),
)
