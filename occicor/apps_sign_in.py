"""The addresses by which apps sign people in: allauth's own for apps, under /api/v1/, and none for browsers."""

from allauth.headless.constants import Client
from allauth.headless.urls import build_urlpatterns
from django.urls import include, path

# allauth names them headless:app:…, and puts "v1/" before each.
_for_apps = [path("", include((build_urlpatterns(Client.APP), "headless"), namespace="app"))]
sign_in = (_for_apps, "headless")
