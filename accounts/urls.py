"""The addresses of account pages that are ours; allauth's follow under the same path."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("address/back/<str:token>/", views.take_address_back, name="take_address_back"),
    path("profile/", views.profile, name="profile"),
    path("profile/changes/<int:change_id>/put-back/", views.put_back, name="put_back"),
    path("profile/changes/<int:change_id>/forget/", views.forget_change, name="forget_change"),
]
