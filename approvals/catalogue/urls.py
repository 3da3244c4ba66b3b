"""Addresses of this room. Item codes and numbers are bounded here, so that nonsense is a plain 404."""

from django.urls import URLPattern, path, register_converter
from django.urls.converters import IntConverter, StringConverter

from approvals.catalogue.views import guides, imports, manage


class ItemCodeConverter(StringConverter):
    regex = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"


class DigestConverter(StringConverter):
    regex = r"[0-9a-f]{64}"


class RowConverter(IntConverter):
    regex = r"[0-9]{1,9}"


register_converter(ItemCodeConverter, "item_code")
register_converter(DigestConverter, "sha256")
register_converter(RowConverter, "row")

app_name = "catalogue"
urlpatterns: list[URLPattern] = [
    path("guides/", guides.guides, name="guides"),
    path("guides/files/<sha256:sha256>/", guides.guide_file, name="guide_file"),
    path("guides/<item_code:code>/", guides.guide, name="guide"),
    path("guides/<item_code:code>/qr.svg", guides.guide_qr, name="guide_qr"),
    path("work/items.json", guides.counter_items, name="counter_items"),
    path("manage/items/", manage.items, name="items"),
    path("manage/items/export/", manage.items_export, name="items_export"),
    path("manage/items/new/", manage.item_new, name="item_new"),
    path("manage/items/import/", imports.upload, name="import"),
    path("manage/items/import/<uuid:batch_id>/", imports.batch, name="import_batch"),
    path("manage/items/<row:pk>/", manage.item, name="item"),
    path("manage/items/<row:pk>/versions/<row:number>/", manage.version, name="version"),
    path("manage/items/<row:pk>/draft/", manage.draft_new, name="draft_new"),
    path("manage/items/<row:pk>/draft/discard/", manage.draft_discard, name="draft_discard"),
    path("manage/items/<row:pk>/draft/<slug:section>/", manage.edit, name="edit"),
    path("manage/items/<row:pk>/publish/", manage.publish, name="publish"),
    path("manage/items/<row:pk>/abolish/", manage.abolish, name="abolish"),
    path("manage/regimes/", manage.regimes, name="regimes"),
]
