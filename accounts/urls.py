"""The addresses of account pages that are ours; allauth's follow under the same path."""

from django.urls import include, path

from accounts import enrolment_pages, sign_in_pages, unused_pages, views
from accounts.imports import urls as imports
from accounts.portal import urls as portal
from accounts.sharing import views as sharing

app_name = "accounts"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("address/back/<str:token>/", views.take_address_back, name="take_address_back"),
    path("profile/", views.profile, name="profile"),
    path("enrolments/", enrolment_pages.enrolments, name="enrolments"),
    path("enrolments/claim/", enrolment_pages.claim, name="claim"),
    path("enrolments/claim/code/", enrolment_pages.claim_code, name="claim_code"),
    path("customer/import/", include(imports.urlpatterns)),
    path("customer/", include(portal.urlpatterns)),
    path("sign-ins/", sign_in_pages.history, name="sign_ins"),
    path("sign-ins/not-me/<str:token>/", sign_in_pages.not_me, name="not_me"),
    path("unused/<str:token>/", unused_pages.unused_page, name="unused"),
    path("sessions/end/", sign_in_pages.sign_out_everywhere, name="sign_out_everywhere"),
    path("2fa/recovery-codes/file/", sign_in_pages.recovery_codes_file, name="recovery_codes_file"),
    # In front of allauth's page of the same address, which lets everybody take the last one away.
    path("2fa/webauthn/keys/<int:pk>/remove/", sign_in_pages.remove_passkey, name="remove_passkey"),
    path("profile/changes/<int:change_id>/put-back/", views.put_back, name="put_back"),
    path("profile/changes/<int:change_id>/forget/", views.forget_change, name="forget_change"),
    # Cards that people let others see.
    path("sharing/", sharing.overview, name="sharing"),
    path("sharing/give/", sharing.give, name="sharing_give"),
    path("sharing/received/", sharing.received, name="sharing_received"),
    path("sharing/received/<uuid:grant_id>/", sharing.card, name="sharing_card"),
    path("sharing/received/<uuid:grant_id>/refuse/", sharing.refuse, name="sharing_refuse"),
    path("sharing/<uuid:grant_id>/", sharing.given, name="sharing_given"),
    path("sharing/<uuid:grant_id>/extend/", sharing.extend, name="sharing_extend"),
    path("sharing/<uuid:grant_id>/end/", sharing.end, name="sharing_end"),
]
