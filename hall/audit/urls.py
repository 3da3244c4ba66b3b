"""Addresses of this room."""

from django.urls import URLPattern, path

from hall.audit import views

app_name = "audit"
urlpatterns: list[URLPattern] = [
    path("manage/audit/", views.viewing_list, name="viewings"),
    path("manage/audit/export/", views.viewings_export, name="viewings_export"),
    path("manage/audit/foreign/", views.foreign_list, name="foreign"),
    path("manage/audit/foreign/export/", views.foreign_export, name="foreign_export"),
    path("manage/audit/heads/", views.head_list, name="heads"),
    path("manage/audit/logs/", views.log_list, name="logs"),
]
