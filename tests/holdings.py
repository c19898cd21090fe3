"""One factory per holding of the data map, whichever app holds it."""

from collections.abc import Callable

from django.db.models import Model

from accounts.models import User
from tests import factories, request_factories
from tests.accounts import cards
from tests.api import factories as api_factories
from tests.consent import factories as consent_factories

FACTORIES: dict[str, Callable[[User, str], list[Model]]] = {
    **factories.FACTORIES,
    **cards.FACTORIES,
    **request_factories.FACTORIES,
    **consent_factories.FACTORIES,
    **api_factories.FACTORIES,
}
