"""What a web server (granian) calls."""

import os
import signal

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

from occicor.embedded.processes import MARK_VARIABLE, die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "occicor.settings.development")

if os.environ.get(MARK_VARIABLE):
    # Under our own supervisor: granian's workers outlive its main process when that is killed, and would keep the port.
    die_with_parent(os.getppid(), signal.SIGKILL)

count = None
if settings.METRICS_TOKEN:
    # Before anything imports the library that counts.
    import_string("occicor.watching.shared.prepare")(settings.VAR_DIR / "run" / "metrics")
    count = import_string("occicor.watching.http_counts.count")
django = get_wsgi_application()
application = import_string("occicor.watching.answers.Watched")(
    import_string("occicor.kept_pages.KeptPages")(import_string("occicor.short_way.ShortWay")(django)),
    files=settings.STATIC_URL,
    proxied=bool(getattr(settings, "ALLAUTH_TRUSTED_PROXY_COUNT", 0)),
    count=count,
)
# No site comes up whose data map is not whole, nor in production one that does other than its published policy says.
import_string("privacy.checks.refuse_unsound_start")()
import_string("privacy.policy.gate.refuse_drifted_start")()
# Nor one that takes a copy for trying out for the site's database, or the other way round.
import_string("privacy.staging.mark.refuse_foreign_database")()
# Nor one whose bucket would bring back what was deleted.
import_string("privacy.files.sound.refuse_unsound_start")()
