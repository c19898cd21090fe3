"""What a question is asked about: a holding that the person pointed at before, put into the form as a beginning."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from privacy.data_map.declarations import Holding
from privacy.data_map.registry import registry
from privacy.vocabulary import Purpose, Right
from rights_requests.services.stopping import OBJECTABLE
from rights_requests.vocabulary import ObjectionGround

# How the address of a question says which holding it is about, by slug.
ABOUT = "about"
# Rights whose form takes words; what else there is to fill in is the person's to say.
TAKE_WORDS = (Right.ACCESS, Right.RESTRICTION)


def beginning(right: Right, slug: str) -> Mapping[str, Any]:
    """What stands in the form of a right when it is opened for a holding; nothing for a slug that names none."""
    holding = registry.holdings.get(slug.replace("-", ".", 1))
    if holding is None:
        return {}
    if right is Right.OBJECTION:
        return _objection(holding)
    return {"message": _("It is about: %(title)s") % {"title": holding.title}} if right in TAKE_WORDS else {}


def _objection(holding: type[Holding]) -> Mapping[str, Any]:
    if Purpose.PROMOTIONAL_MESSAGES in holding.purposes:
        return {"ground": ObjectionGround.MARKETING.value}
    uses = [purpose.value for purpose in holding.purposes if purpose in OBJECTABLE]
    return {"ground": ObjectionGround.OWN_SITUATION.value, "purposes": uses} if uses else {}
