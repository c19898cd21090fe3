"""The addresses of accounts for apps."""

from django.urls import path

from accounts.api import customers, problems, profile, signing_in
from privacy.api.problems import refuses

refuses(problems.REFUSALS)

app_name = "accounts_api"
urlpatterns = [
    path("profile/", profile.profile, name="profile"),
    path("customer/enrolments/", customers.enrolments, name="enrolments"),
    path("customer/enrolments/<uuid:enrolment_id>/", customers.enrolment, name="enrolment"),
    path("customer/enrolments/<uuid:enrolment_id>/end/", customers.end, name="enrolment_end"),
    *signing_in.patterns(),
]
