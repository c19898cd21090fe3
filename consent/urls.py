"""Addresses of consent."""

from django.urls import path

from consent.views import choosing, pages

app_name = "consent"
urlpatterns = [
    path("", choosing.choose, name="choose"),
    path("settings/", pages.settings_page, name="settings"),
]
