import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from privacy.vocabulary import Right
from tests.factories import make_request, make_user
from tests.rights_requests.desk import browser, make_colleague, make_erasure, workspace_url
pytestmark = pytest.mark.django_db
def test_q():
    desk = browser(make_colleague())
    for r in (make_erasure(), make_request(make_user())):
        desk.get(workspace_url(r))
        with CaptureQueriesContext(connection) as c:
            desk.get(workspace_url(r))
        print("=====", r.right, len(c))
        for q in c: print("  ", q["sql"][:330])
