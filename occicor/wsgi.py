"""What a web server (granian) calls."""

import os
import signal

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

from occicor.embedded.processes import MARK_VARIABLE, die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "occicor.settings.development")

if os.environ.get(MARK_VARIABLE):
    # Under our own supervisor: granian's workers outlive its main process when that is killed, and would keep the port.
    die_with_parent(os.getppid(), signal.SIGKILL)

django = get_wsgi_application()
application = import_string("occicor.kept_pages.KeptPages")(django)
# No site comes up whose data map is not whole, nor in production one that does other than its published policy says.
import_string("privacy.checks.refuse_unsound_start")()
import_string("privacy.policy.gate.refuse_drifted_start")()
