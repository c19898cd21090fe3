"""The addresses of imports, below those of the account."""

from django.urls import path

from accounts.imports import views

urlpatterns = [
    path("", views.imports, name="customer_imports"),
    path("example/", views.import_example, name="customer_import_example"),
    path("<uuid:import_id>/", views.one_import, name="customer_import"),
    path("<uuid:import_id>/progress/", views.import_progress, name="customer_import_progress"),
    path("<uuid:import_id>/not-taken/", views.import_report, name="customer_import_report"),
]
