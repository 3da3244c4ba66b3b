"""Addresses of the cases room."""

from django.urls import URLPattern, path, register_converter

from approvals.cases.views import acts, attachments, case, documents, export, lists, lookup, register
from approvals.cases.views.act_table import ActionConverter, DocketConverter

register_converter(DocketConverter, "docket")
register_converter(ActionConverter, "deed")

app_name = "cases"
urlpatterns: list[URLPattern] = [
    path("work/", lists.case_list, {"preset": "worklist"}, name="worklist"),
    path("work/cases/", lists.case_list, {"preset": "all"}, name="all"),
    path("work/notices/", lists.case_list, {"preset": "notices"}, name="notices"),
    path("work/deliveries/", lists.case_list, {"preset": "deliveries"}, name="deliveries"),
    path("work/lists/<slug:preset>/export/", lists.list_export, name="list-export"),
    path("work/filters/<slug:preset>/save/", lists.save_filter, name="save-filter"),
    path("work/filters/<key:pk>/drop/", lists.drop_filter, name="drop-filter"),
    path("work/handover/", lists.hand_over, name="hand-over"),
    path("find/", lists.find, name="find"),
    path("work/register/", register.register, name="register"),
    path("work/cases/<docket:docket>/filed/", register.filed, name="filed"),
    path("work/cases/<docket:docket>/printed/", register.printed, name="printed"),
    path("work/documents/<uuid:pk>/", documents.document, name="document"),
    path("work/attachments/<uuid:pk>/", attachments.attachment, name="attachment"),
    path("work/cases/<docket:docket>/", case.detail, name="detail"),
    path("work/cases/<docket:docket>/unmask/", case.unmask, name="unmask"),
    path("work/cases/<docket:docket>/attach/", attachments.attach, name="attach"),
    path("work/cases/<docket:docket>/clocks/<slug:kind>/", documents.clock, name="clock"),
    path("work/cases/<docket:docket>/<deed:action>/", acts.act, name="act"),
    path("work/export/", export.export, name="export"),
    path("lookup/", lookup.lookup, name="lookup"),
]
