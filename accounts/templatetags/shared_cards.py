"""What stands on a shared card, in words."""

from django import template

from accounts.sharing import selectors

register = template.Library()
register.filter("parts_in_words", selectors.parts_in_words)
