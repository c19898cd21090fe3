"""What a web server (granian) calls."""

import os

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "occicor.settings.development")

application = get_wsgi_application()
# A field that nobody declared stops the site from starting; by name, since it can be imported only from here on.
import_string("privacy.checks.refuse_unsound_start")()
