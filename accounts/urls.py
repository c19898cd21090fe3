"""The addresses of account pages that are ours; allauth's follow under the same path."""

from django.urls import include, path

from accounts import views
from accounts.portal import urls as portal

app_name = "accounts"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("profile/", views.profile, name="profile"),
    path("enrolments/", views.enrolments, name="enrolments"),
    path("enrolments/claim/", views.claim, name="claim"),
    path("enrolments/claim/code/", views.claim_code, name="claim_code"),
    path("customer/", include(portal.urlpatterns)),
]
