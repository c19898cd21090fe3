"""Addresses of the request pages, the follow link and the public check of signatures."""

from django.urls import path

from rights_requests import api
from rights_requests.views import (
    answering,
    children,
    confirming,
    downloading,
    filing,
    following,
    halting,
    knowing,
    proofs,
    showing,
    standing_in,
    stopping,
    tracking,
    transferring,
    verifying,
)

app_name = "rights_requests"
urlpatterns = [
    path("requests/", following.list_requests, name="list"),
    path("requests/who/", knowing.who, name="who"),
    path("requests/who/address/", knowing.address, name="address"),
    path("requests/who/code/", knowing.code, name="code"),
    path("requests/who/leave/", knowing.leave, name="leave"),
    path("requests/new/", filing.start, name="new"),
    path("requests/new/<slug:right>/", filing.new_right, name="new_right"),
    path("requests/new/<slug:right>/check/", filing.check, name="new_check"),
    path("requests/follow/<str:token>/", tracking.follow, name="follow"),
    path("requests/follow/<str:token>/progress/", tracking.follow_progress, name="follow_progress"),
    path("requests/follow/<str:token>/receipt.json", tracking.receipt, name="follow_receipt"),
    path("requests/for-someone/", standing_in.who, name="for_someone"),
    path("requests/for-someone/<slug:right>/", standing_in.what, name="for_someone_what"),
    path("requests/for-someone/<slug:right>/check/", standing_in.check, name="for_someone_check"),
    path("requests/child/", children.report, name="child"),
    path("requests/child/sent/", children.reported, name="child_reported"),
    path("requests/adult/<str:token>/", children.adult, name="stop_adult"),
    path("requests/stop/<str:token>/", halting.stop_request, name="stop_request"),
    path("requests/<slug:reference>/", following.detail, name="detail"),
    path("requests/<slug:reference>/sent/", following.sent, name="sent"),
    path("requests/<slug:reference>/proof/", proofs.add, name="add_proof"),
    path("requests/<slug:reference>/identity/", showing.show, name="show_document"),
    path("requests/<slug:reference>/confirm/", confirming.confirm, name="confirm"),
    path("requests/<slug:reference>/withdraw/", following.withdraw, name="withdraw"),
    path("requests/<slug:reference>/write/", answering.write, name="write"),
    path("requests/<slug:reference>/files/<uuid:evidence_id>/", answering.attachment, name="attachment"),
    path("requests/<slug:reference>/appeal/", answering.appeal, name="appeal"),
    path("requests/<slug:reference>/end/", stopping.end, name="end_stop"),
    path("requests/<slug:reference>/download/", downloading.download, name="download"),
    path("recipients/notices/<uuid:notice_id>/", api.recipient_callback, name="recipient_callback"),
    path("transfer/<str:token>/", transferring.take, name="transfer"),
    path("privacy/verify/", verifying.verify, name="verify"),
    path(".well-known/occicor-keys.json", verifying.keys, name="keys"),
]
