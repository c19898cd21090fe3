"""Addresses of the public pages."""

from django.urls import path

from visitors import views

app_name = "visitors"
urlpatterns = [
    path("", views.home, name="home"),
    path("privacy/", views.privacy_centre, name="privacy"),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
]
