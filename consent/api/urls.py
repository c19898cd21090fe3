"""The addresses of consent for apps."""

from django.urls import path

from consent.api import choosing, subscribing

app_name = "consent_api"
urlpatterns = [
    path("consent/", choosing.consent, name="choice"),
    path("subscriptions/", subscribing.subscriptions, name="subscriptions"),
    path("subscriptions/<slug:topic>/", subscribing.subscription, name="subscription"),
]
