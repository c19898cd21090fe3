"""Addresses of the public pages."""

from django.contrib import admin
from django.urls import path

from visitors.display import in_chosen_language
from visitors.mine.sections import SECTIONS
from visitors.site_pages import PAGES
from visitors.views import (
    centre,
    contact,
    developers,
    display,
    newsletter,
    one_click,
    policy,
    site,
    style,
    well_known,
)

app_name = "visitors"
urlpatterns = [
    # The company's pages.
    path("", in_chosen_language(site.home), name="home"),
    *(path(page.path, site.page, {"page": page}, name=page.name) for page in PAGES if page.template),
    # The privacy centre.
    path("privacy/", centre.privacy_centre, name="privacy"),
    # The privacy policy and its versions.
    path("privacy/policy/", policy.policy, name="policy"),
    path("privacy/policy/versions/", policy.versions, name="policy_versions"),
    path("privacy/policy/versions/<int:number>/", policy.version, name="policy_version"),
    path("privacy/policy/compare/", policy.compare, name="policy_compare"),
    path("privacy/policy/feed/", policy.feed, name="policy_feed"),
    path("privacy/policy/seen/", policy.seen, name="policy_seen"),
    path("privacy/mine/", centre.mine, name="mine"),
    path("privacy/mine/held/", centre.mine_held, name="mine_held"),
    *(
        path(f"privacy/mine/{section.name}/", centre.mine_section, {"section": section}, name=f"mine_{section.name}")
        for section in SECTIONS
    ),
    path("privacy/held/", centre.held, name="held"),
    path("privacy/recipients/", centre.recipients, name="recipients"),
    path("privacy/places/", centre.places, name="places"),
    path("privacy/retention/", centre.retention, name="retention"),
    path("privacy/safeguards/", centre.safeguards, name="safeguards"),
    path("privacy/authorities/", centre.authorities, name="authorities"),
    path("privacy/figures/", centre.figures, name="figures"),
    # Writing to us.
    path("contact/", contact.contact, name="contact"),
    path("contact/draft/", contact.contact_draft, name="contact_draft"),
    path("contact/<uuid:message_id>/", contact.contact_sent, name="contact_sent"),
    # How the reader wants to see the site.
    path("display/", display.display, name="display"),
    # For those who write apps.
    path("api/docs/", developers.api, name="api"),
    # For staff: every component in every state.
    path("style/", admin.site.admin_view(style.style), name="style"),
    # Messages to those who ask for them.
    path("newsletter/", newsletter.newsletter, name="newsletter"),
    path("newsletter/sent/", newsletter.sent, name="newsletter_sent"),
    path("newsletter/confirm/<str:token>/", newsletter.confirm, name="newsletter_confirm"),
    path("newsletter/end/<str:token>/", one_click.end, name="newsletter_end"),
    path("newsletter/choices/<str:token>/", newsletter.choices, name="newsletter_choices"),
    # Files that browsers and crawlers ask for.
    path("robots.txt", site.robots, name="robots"),
    path("sitemap.xml", site.sitemap, name="sitemap"),
    path("humans.txt", site.humans, name="humans"),
    path("favicon.ico", site.favicon, name="favicon"),
    # What programs ask for at addresses that are the same on every site (RFC 8615).
    path(".well-known/security.txt", well_known.security, name="security_txt"),
    path(".well-known/change-password", well_known.change_password, name="change_password"),
    path(".well-known/gpc.json", well_known.gpc, name="gpc"),
]
