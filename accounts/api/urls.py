"""The addresses of accounts for apps."""

from django.urls import path

from accounts.api import profile, signing_in

app_name = "accounts_api"
urlpatterns = [path("profile/", profile.profile, name="profile"), *signing_in.patterns()]
