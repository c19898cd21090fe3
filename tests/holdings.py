"""One factory per holding of the data map, whichever app holds it."""

from collections.abc import Callable

from django.db.models import Model

from accounts.models import User
from tests import case_factories, customer_factories, factories, import_factories, request_factories, sign_in_factories
from tests.accounts import cards, change_factories, unused_factories
from tests.api import factories as api_factories
from tests.consent import factories as consent_factories
from tests.privacy.retention import factories as retention_factories

FACTORIES: dict[str, Callable[[User, str], list[Model]]] = {
    **factories.FACTORIES,
    **customer_factories.FACTORIES,
    **import_factories.FACTORIES,
    **cards.FACTORIES,
    **request_factories.FACTORIES,
    **sign_in_factories.FACTORIES,
    **change_factories.FACTORIES,
    **consent_factories.FACTORIES,
    **api_factories.FACTORIES,
    **case_factories.FACTORIES,
    **retention_factories.FACTORIES,
    **unused_factories.FACTORIES,
}
