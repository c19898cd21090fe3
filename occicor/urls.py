"""Every address of the site; which app answers it."""

from importlib.util import find_spec

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = []
if find_spec("occicor.health"):
    urlpatterns += [path("", include("occicor.health"))]
if find_spec("rights_requests.urls"):
    urlpatterns += [path("", include("rights_requests.urls"))]
if find_spec("accounts.urls"):
    urlpatterns += [path("account/", include("accounts.urls"))]
if settings.EMBEDDED_MAIL:
    urlpatterns += [path("outbox/", include("occicor.outbox"))]
urlpatterns += [
    path("account/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("visitors.urls")),
]
