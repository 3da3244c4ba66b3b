"""Addresses of this room: citizens' pages."""

from django.urls import URLPattern, URLResolver, path, re_path

from hall.organisation import views

app_name = "organisation"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("centers/", views.centers, name="centers"),
    # No longer than a primary key can be: more digits are no page, not an error of the database.
    re_path(r"^centers/(?P<pk>[0-9]{1,18})/$", views.center, name="center"),
]
