"""Addresses of the public pages."""

from django.urls import path

from visitors.views import centre, contact, policy, site

app_name = "visitors"
urlpatterns = [
    # The company's pages.
    path("", site.home, name="home"),
    # The privacy centre.
    path("privacy/", centre.privacy_centre, name="privacy"),
    # The privacy policy and its versions.
    path("privacy/policy/", policy.policy, name="policy"),
    path("privacy/policy/versions/", policy.versions, name="policy_versions"),
    path("privacy/policy/versions/<int:number>/", policy.version, name="policy_version"),
    path("privacy/policy/compare/", policy.compare, name="policy_compare"),
    path("privacy/policy/feed/", policy.feed, name="policy_feed"),
    path("privacy/policy/seen/", policy.seen, name="policy_seen"),
    # Writing to us.
    path("contact/", contact.contact, name="contact"),
    path("contact/<uuid:message_id>/", contact.contact_sent, name="contact_sent"),
    # Files that browsers and crawlers ask for.
    path("robots.txt", site.robots, name="robots"),
    path("favicon.ico", site.favicon, name="favicon"),
]
