"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, include, path, register_converter
from django.urls.converters import IntConverter

from hall.access.views import account, devices, health, house, locks, places, sign_ins, staff


class KeyConverter(IntConverter):
    """A primary key that fits its column; anything longer is no page, not an error of the database."""

    regex = "[0-9]{1,18}"


register_converter(KeyConverter, "key")

app_name = "access"
urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz/live", health.live, name="live"),
    path("healthz/ready", health.ready, name="ready"),
    path("healthz/deep", health.deep, name="deep"),
    path("health/", health.page, name="health"),
    path("login/", account.login, name="login"),
    path("logout/", account.logout, name="logout"),
    path("account/alive/", account.alive, name="alive"),
    path("account/password/", account.password, name="password"),
    path("account/sessions/", sign_ins.sign_ins, name="sign_ins"),
    path("account/second-factor/", account.second_factor, name="second_factor"),
    path("account/second-factor/begin/", account.second_factor_begin, name="second_factor_begin"),
    path("account/second-factor/enrol/", account.second_factor_enrol, name="second_factor_enrol"),
    path("account/absence/", account.absence, name="absence"),
    path("account/absence/<key:pk>/", account.absence_of, name="absence_of"),
    path("inbox/", account.inbox, name="inbox"),
    path("inbox/read/", account.inbox_read_all, name="inbox_read_all"),
    path("inbox/<uuid:entry_id>/read/", account.inbox_read, name="inbox_read"),
    path("manage/staff/", staff.staff_list, name="staff_list"),
    path("manage/staff/new/", staff.staff_new, name="staff_new"),
    path("manage/staff/import/", staff.staff_import, name="staff_import"),
    path("manage/staff/<key:pk>/", staff.staff_edit, name="staff"),
    path("manage/staff/<key:pk>/leave/", staff.staff_leave, name="staff_leave"),
    path("manage/staff/<key:pk>/account/", staff.account_open, name="account_open"),
    path("manage/staff/<key:pk>/account/role/", staff.account_role, name="account_role"),
    path("manage/staff/<key:pk>/account/active/", staff.account_active, name="account_active"),
    path("manage/staff/<key:pk>/account/password/", staff.account_reset_password, name="account_reset_password"),
    path(
        "manage/staff/<key:pk>/account/second-factor/",
        staff.account_reset_second_factor,
        name="account_reset_second_factor",
    ),
    path("manage/locks/", locks.locks, name="locks"),
    path("manage/locks/lift/", locks.lift, name="lock_lift"),
    path("manage/locks/<key:pk>/", locks.unlock, name="account_unlock"),
    path("devices/pair/", devices.pair, name="device_pair"),
    path("manage/devices/", devices.device_list, name="devices"),
    path("manage/devices/new/", devices.device_new, name="device_new"),
    path("manage/devices/<key:pk>/code/", devices.device_code, name="device_code"),
    path("manage/devices/<key:pk>/revoke/", devices.device_revoke, name="device_revoke"),
    path("manage/calendar/", include("hall.access.calendar_urls")),
    path("manage/roles/", house.roles, name="roles"),
    path("manage/settings/", house.settings, name="settings"),
    path("manage/history/", house.history, name="history"),
    path("manage/places/", places.place_list, {"slug": "departments"}, name="places"),
    path("manage/places/<slug:slug>/", places.place_list, name="place_list"),
    path("manage/places/centers/new/", places.branch_new, name="branch_new"),
    path("manage/places/<slug:slug>/new/", places.place_new, name="place_new"),
    path("manage/places/<slug:slug>/<key:pk>/", places.place_edit, name="place"),
    path("manage/places/centers/<key:pk>/hours/", places.hours, name="hours"),
    path("manage/places/centers/<key:pk>/hours/<slug:what>/<key:row>/", places.hours_remove, name="hours_remove"),
]
