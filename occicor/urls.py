"""Every address of the site; which app answers it."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("occicor.health")),
    path("", include("visitors.urls")),
    path("", include("rights_requests.urls")),
    path("account/", include("accounts.urls")),
    path("account/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
handler500 = "visitors.errors.server_error"
# The page where mail lands in embedded mode exists nowhere else.
if getattr(settings, "EMBEDDED_MAIL", False):
    urlpatterns += [path("outbox/", include("occicor.outbox"))]
