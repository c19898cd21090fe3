"""Addresses of consent."""

from django.urls import path

from consent.views import adopting, choosing, pages

app_name = "consent"
urlpatterns = [
    path("", choosing.choose, name="choose"),
    path("adopt/", adopting.adopt, name="adopt"),
    path("settings/", pages.settings_page, name="settings"),
    path("history/", pages.past, name="history"),
    path("receipts/<str:token>/", pages.receipt, name="receipt"),
    path("receipts/<str:token>/receipt.jsonld", pages.receipt_data, name="receipt_data"),
    path("notices/", pages.notices, name="notices"),
    path("notices/<int:number>/", pages.notice, name="notice"),
    path("notices/pictures/<int:picture_id>.png", pages.picture, name="picture"),
]
