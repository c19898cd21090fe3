"""The addresses of the portal, below those of the account."""

from django.urls import path

from accounts.portal import keys, views

urlpatterns = [
    path("", views.start, name="customer"),
    path("people/", views.people, name="customer_people"),
    path("people/enrol/", views.enrol, name="customer_enrol"),
    path("people/<uuid:enrolment_id>/", views.person, name="customer_person"),
    path("people/<uuid:enrolment_id>/change/", views.change, name="customer_change"),
    path("people/<uuid:enrolment_id>/end/", views.end, name="customer_end"),
    path("keys/", keys.all_keys, name="customer_keys"),
    path("keys/<uuid:key_id>/renew/", keys.renew, name="customer_key_renew"),
    path("keys/<uuid:key_id>/end/", keys.end, name="customer_key_end"),
]
