"""Addresses of the public pages."""

from django.urls import path

from visitors.views import centre, contact, embeds, site

app_name = "visitors"
urlpatterns = [
    # The company's pages.
    path("", site.home, name="home"),
    # The privacy centre.
    path("privacy/", centre.privacy_centre, name="privacy"),
    path("privacy/mine/", centre.mine, name="mine"),
    path("privacy/held/", centre.held, name="held"),
    path("privacy/recipients/", centre.recipients, name="recipients"),
    path("privacy/places/", centre.places, name="places"),
    path("privacy/retention/", centre.retention, name="retention"),
    path("privacy/safeguards/", centre.safeguards, name="safeguards"),
    path("privacy/authorities/", centre.authorities, name="authorities"),
    path("privacy/figures/", centre.figures, name="figures"),
    path("embeds/", embeds.always, name="embeds"),
    # Writing to us.
    path("contact/", contact.contact, name="contact"),
    path("contact/draft/", contact.contact_draft, name="contact_draft"),
    path("contact/<uuid:message_id>/", contact.contact_sent, name="contact_sent"),
    # Files that browsers and crawlers ask for.
    path("robots.txt", site.robots, name="robots"),
    path("favicon.ico", site.favicon, name="favicon"),
]
