"""The addresses that every app may ask: the policy, and the description of the API."""

from django.urls import path

from privacy.api import describing, policy

app_name = "policy"
urlpatterns = [
    path("policy/versions/", policy.everybody(policy.versions), name="versions"),
    path("policy/versions/<int:number>/", policy.everybody(policy.version), name="version"),
    path("openapi.json", describing.document, name="document"),
    path("<path:nothing>", describing.unknown, name="unknown"),
]
