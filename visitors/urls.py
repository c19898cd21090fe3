"""Addresses of the public pages."""

from django.urls import path

from visitors.display import in_chosen_language
from visitors.views import centre, contact, display, site

app_name = "visitors"
urlpatterns = [
    # The company's pages.
    path("", in_chosen_language(site.home), name="home"),
    # The privacy centre.
    path("privacy/", centre.privacy_centre, name="privacy"),
    # Writing to us.
    path("contact/", contact.contact, name="contact"),
    path("contact/<uuid:message_id>/", contact.contact_sent, name="contact_sent"),
    # How the reader wants to see the site.
    path("display/", display.display, name="display"),
    # Files that browsers and crawlers ask for.
    path("robots.txt", site.robots, name="robots"),
    path("favicon.ico", site.favicon, name="favicon"),
]
