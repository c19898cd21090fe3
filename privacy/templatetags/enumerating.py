"""Words one after the other, as privacy.enumerating puts them."""

from django import template

from privacy.enumerating import in_a_row

register = template.Library()
# `{{ names|in_a_row }}` → "a, b", escaped as whatever a page shows.
register.filter("in_a_row", in_a_row)
