"""The addresses of account pages that are ours; allauth's follow under the same path."""

from django.urls import path

from accounts import views
from accounts.sharing import views as sharing

app_name = "accounts"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("profile/", views.profile, name="profile"),
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
