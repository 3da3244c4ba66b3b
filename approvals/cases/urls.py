"""Addresses of the cases room."""

from django.urls import URLPattern, path

from approvals.cases.views import lists, lookup, register

app_name = "cases"
urlpatterns: list[URLPattern] = [
    path("work/", lists.case_list, {"preset": "worklist"}, name="worklist"),
    path("work/cases/", lists.case_list, {"preset": "all"}, name="all"),
    path("work/notices/", lists.case_list, {"preset": "notices"}, name="notices"),
    path("work/deliveries/", lists.case_list, {"preset": "deliveries"}, name="deliveries"),
    path("work/filters/<slug:preset>/save/", lists.save_filter, name="save-filter"),
    path("work/filters/<key:pk>/drop/", lists.drop_filter, name="drop-filter"),
    path("work/handover/", lists.hand_over, name="hand-over"),
    path("find/", lists.find, name="find"),
    path("work/register/", register.register, name="register"),
    path("work/cases/<str:docket>/filed/", register.filed, name="filed"),
    path("work/cases/<str:docket>/printed/", register.printed, name="printed"),
    path("lookup/", lookup.lookup, name="lookup"),
]
