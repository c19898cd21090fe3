"""Addresses of the public pages."""

from django.urls import path

from visitors import views

app_name = "visitors"
urlpatterns = [
    path("", views.home, name="home"),
    path("privacy/", views.privacy_centre, name="privacy"),
    path("contact/", views.contact, name="contact"),
    path("contact/<uuid:message_id>/", views.contact_sent, name="contact_sent"),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
]
