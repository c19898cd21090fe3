"""Addresses of the public pages."""

from django.urls import path

from visitors.views import centre, contact, site

app_name = "visitors"
urlpatterns = [
    # The company's pages.
    path("", site.home, name="home"),
    # The privacy centre.
    path("privacy/", centre.privacy_centre, name="privacy"),
    # Writing to us.
    path("contact/", contact.contact, name="contact"),
    path("contact/<uuid:message_id>/", contact.contact_sent, name="contact_sent"),
    # Files that browsers and crawlers ask for.
    path("robots.txt", site.robots, name="robots"),
    path("favicon.ico", site.favicon, name="favicon"),
]
