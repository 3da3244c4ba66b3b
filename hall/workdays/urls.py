"""Pages of the working calendar. The page where notices are imported is in hall/access, which knows who may."""

from django.urls import URLPattern, path

from hall.workdays import views

app_name = "workdays"
urlpatterns: list[URLPattern] = [
    path("calculator/", views.calculator, name="calculator"),
]
