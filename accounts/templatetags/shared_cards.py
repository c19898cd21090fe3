"""What stands on a shared card, in words."""

from django import template
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import SharingGrant
from accounts.vocabulary import CardPart

register = template.Library()


@register.filter
def parts_in_words(grant: SharingGrant) -> str:
    """`{{ grant|parts_in_words }}` → "Name, phone", in the order of the profile."""
    return capfirst(_(", ").join(str(part.label) for part in CardPart if part in grant.parts))
