"""The addresses of shared cards for apps."""

from django.urls import path

from accounts.api import sharing
from privacy.api.problems import refuses

refuses(sharing.REFUSALS)

app_name = "sharing_api"
urlpatterns = [
    path("grants/", sharing.grants, name="grants"),
    path("grants/<uuid:grant_id>/", sharing.grant, name="grant"),
    path("grants/<uuid:grant_id>/extend/", sharing.extend, name="extend"),
    path("cards/", sharing.cards, name="cards"),
    path("cards/<uuid:grant_id>/", sharing.card, name="card"),
]
