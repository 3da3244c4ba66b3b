"""Addresses of reports."""

from django.urls import URLPattern, path

from hall.reports import views

app_name = "reports"
urlpatterns: list[URLPattern] = [
    path("dashboard/reports/", views.report_list, name="list"),
    path("dashboard/reports/export/", views.list_export, name="list_export"),
    path("dashboard/reports/new/", views.ask, name="ask"),
    path("dashboard/reports/<uuid:pk>/", views.report, name="report"),
    path("dashboard/reports/<uuid:pk>/chapters/<int:number>/export/", views.export, name="export"),
]
