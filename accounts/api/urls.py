"""The addresses of accounts for apps."""

from django.urls import path

from accounts.api import customers, own, problems, profile, signing_in
from privacy.api.problems import refuses

refuses(problems.REFUSALS)

app_name = "accounts_api"
urlpatterns = [
    path("profile/", profile.profile, name="profile"),
    path("enrolments/", own.enrolments, name="own_enrolments"),
    path("enrolments/claim/", own.claim, name="claim"),
    path("enrolments/claim/code/", own.claim_with_code, name="claim_with_code"),
    path("sign-ins/", own.signed_in, name="sign_ins"),
    path("customer/enrolments/", customers.enrolments, name="enrolments"),
    path("customer/enrolments/<uuid:enrolment_id>/", customers.enrolment, name="enrolment"),
    path("customer/enrolments/<uuid:enrolment_id>/end/", customers.end, name="enrolment_end"),
    *signing_in.patterns(),
]
