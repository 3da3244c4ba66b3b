"""Addresses of patrols, bulletins, complaints and closure checks."""

from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from hall.conduct.transitions import COMPLAINT
from hall.conduct.views import bulletins, checks, complaint_desk, complaints, patrols, rectifications


class DeedConverter(StringConverter):
    """A deed of a complaint; any other word is no page."""

    regex = "|".join(COMPLAINT)


class NumberConverter(StringConverter):
    """A number of a complaint as it is printed: 1303020012-TS-2026-00001."""

    regex = "[0-9A-Za-z-]{1,40}"


register_converter(DeedConverter, "complaint_deed")
register_converter(NumberConverter, "complaint_number")

app_name = "conduct"
urlpatterns: list[URLPattern] = [
    # What every citizen may open.
    path("bulletins/", bulletins.public_bulletins, name="public_bulletins"),
    path("bulletins/<uuid:pk>/", bulletins.public_bulletin, name="public_bulletin"),
    path("complaints/new/", complaints.complaint_public_new, name="complaint_public_new"),
    path("complaints/", complaints.complaint_lookup, name="complaint_lookup"),
    path("complaints/<complaint_number:number>/", complaints.complaint_lookup, name="complaint_numbered"),
    # Patrols.
    path("supervision/patrols/", patrols.patrols, name="patrols"),
    path("supervision/patrols/export/", patrols.patrols_export, name="patrols_export"),
    path("supervision/patrols/new/", patrols.patrol_new, name="patrol_new"),
    path("supervision/patrols/list/", patrols.patrol_list, name="patrol_list"),
    path("supervision/patrols/<uuid:pk>/", patrols.patrol, name="patrol"),
    path("supervision/patrols/<uuid:pk>/finish/", patrols.patrol_finish, name="patrol_finish"),
    path("supervision/patrols/stops/<key:pk>/", patrols.patrol_stop, name="patrol_stop"),
    path("supervision/patrols/stops/<key:pk>/<key:line>/", patrols.patrol_line, name="patrol_line"),
    path("supervision/patrols/photos/<uuid:pk>/", patrols.photo, name="patrol_photo"),
    path("supervision/rectifications/", rectifications.rectifications, name="rectifications"),
    path("supervision/rectifications/export/", rectifications.rectifications_export, name="rectifications_export"),
    path("supervision/rectifications/<uuid:pk>/", rectifications.rectification, name="rectification"),
    path(
        "supervision/rectifications/<uuid:pk>/answer/", rectifications.rectification_answer, name="rectification_answer"
    ),
    path(
        "supervision/rectifications/<uuid:pk>/recheck/",
        rectifications.rectification_recheck,
        name="rectification_recheck",
    ),
    # Bulletins.
    path("supervision/bulletins/", bulletins.bulletins, name="bulletins"),
    path("supervision/bulletins/export/", bulletins.bulletins_export, name="bulletins_export"),
    path("supervision/bulletins/new/", bulletins.bulletin_new, name="bulletin_new"),
    path("supervision/bulletins/<uuid:pk>/", bulletins.bulletin, name="bulletin"),
    path("supervision/bulletins/<uuid:pk>/export/", bulletins.bulletin_export, name="bulletin_export"),
    path("supervision/bulletins/<uuid:pk>/edit/", bulletins.bulletin_edit, name="bulletin_edit"),
    path("supervision/bulletins/<uuid:pk>/submit/", bulletins.bulletin_submit, name="bulletin_submit"),
    path("supervision/bulletins/<uuid:pk>/return/", bulletins.bulletin_return, name="bulletin_return"),
    path("supervision/bulletins/<uuid:pk>/publish/", bulletins.bulletin_publish, name="bulletin_publish"),
    path("supervision/bulletins/<uuid:pk>/withdraw/", bulletins.bulletin_withdraw, name="bulletin_withdraw"),
    # Complaints at the desk.
    path("supervision/complaints/", complaint_desk.complaints, name="complaints"),
    path("supervision/complaints/export/", complaint_desk.complaints_export, name="complaints_export"),
    path("supervision/complaints/new/", complaints.complaint_new, name="complaint_new"),
    path("supervision/complaints/<uuid:pk>/", complaint_desk.complaint, name="complaint"),
    path("supervision/complaints/<uuid:pk>/contact/", complaint_desk.complaint_contact, name="complaint_contact"),
    path("supervision/complaints/<uuid:pk>/<complaint_deed:deed>/", complaint_desk.complaint_act, name="complaint_act"),
    # Closure checks.
    path("supervision/checks/", checks.checks, name="checks"),
    path("supervision/checks/export/", checks.checks_export, name="checks_export"),
    path("supervision/checks/new/", checks.check_new, name="check_new"),
    path("supervision/checks/<uuid:pk>/", checks.check, name="check"),
    path("supervision/checks/<uuid:pk>/export/", checks.check_export, name="check_export"),
    path("supervision/checks/items/<uuid:pk>/", checks.check_item, name="check_item"),
    path("supervision/checks/items/<uuid:pk>/card/", checks.check_card, name="check_card"),
]
