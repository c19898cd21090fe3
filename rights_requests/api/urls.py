"""The addresses of rights requests for apps."""

from django.urls import path

from privacy.api.problems import refuses
from rights_requests.api import papers, problems, regimes, requests, rights, writing

refuses(problems.REFUSALS)

app_name = "rights_api"
urlpatterns = [
    path("regimes/", regimes.regimes, name="regimes"),
    path("rights/", rights.rights, name="rights"),
    path("rights/erasure/plan/", rights.erasure_plan, name="erasure_plan"),
    path("rights/rectification/values/", rights.values, name="values"),
    path("requests/", requests.requests, name="requests"),
    path("requests/<slug:reference>/", requests.detail, name="request"),
    path("requests/<slug:reference>/timeline/", requests.history, name="timeline"),
    path("requests/<slug:reference>/withdraw/", requests.withdraw, name="withdraw"),
    path("requests/<slug:reference>/fee/", requests.fee, name="fee"),
    path("requests/<slug:reference>/appeal/", requests.appeal, name="appeal"),
    path("requests/<slug:reference>/messages/", writing.messages, name="messages"),
    path("requests/<slug:reference>/messages/seen/", writing.seen, name="messages_seen"),
    path("requests/<slug:reference>/proofs/", writing.proofs, name="proofs"),
    path("requests/<slug:reference>/files/<uuid:evidence_id>/", writing.file, name="file"),
    path("requests/<slug:reference>/download/", papers.download, name="download"),
    path("requests/<slug:reference>/receipt/", papers.receipt, name="receipt"),
]
