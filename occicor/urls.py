"""Every address of the site; which app answers it, and in which language."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from visitors.views import site

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("occicor.health")),
    path("", include("occicor.watching.door")),
    # One address for apps in every language, which they ask for by a header.
    path("api/v1/", include("accounts.api.urls")),
    path("api/v1/", include("accounts.api.sharing_urls")),
    path("api/v1/", include("consent.api.urls")),
    path("api/v1/", include("rights_requests.api.urls")),
    # The last of these takes every address that is none.
    path("api/v1/", include("privacy.api.urls")),
    # The address alone says in which language a page is: /fr/… and /ar/…, English without a prefix. So a link that is
    # passed on shows what its sender saw, and no page depends on a cookie or on what a browser says.
    *i18n_patterns(
        path("consent/", include("consent.urls")),
        path("account/", include("accounts.urls")),
        path("account/", include("allauth.urls")),
        path("admin/", admin.site.urls),
        # Behind those that one look at the beginning of an address passes over; these look at every page of theirs.
        path("", include("visitors.urls")),
        path("", include("rights_requests.urls")),
        prefix_default_language=False,
    ),
    # Where somebody expects English to have a prefix, as the other languages do.
    path("en/", site.english),
    path("en/<path:rest>/", site.english),
]
handler400 = "visitors.errors.bad_request"
handler500 = "visitors.errors.server_error"
# The page where mail lands in embedded mode exists nowhere else.
if getattr(settings, "EMBEDDED_MAIL", False):
    urlpatterns += [path("outbox/", include("occicor.outbox"))]
