"""What a web server (granian) calls."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "occicor.settings.development")

application = get_wsgi_application()
