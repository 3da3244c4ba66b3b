"""Addresses of the room."""

from django.urls import path

from hall.supervision.views import accountability, cards, desk, rules

app_name = "supervision"
urlpatterns = [
    path("supervision/", desk.desk, name="desk"),
    path("supervision/signals/", desk.signals, name="signals"),
    path("supervision/signals/export/", desk.signals_export, name="signals-export"),
    path("work/cards/", desk.my_cards, name="my-cards"),
    path("work/cards/export/", desk.my_cards_export, name="my-cards-export"),
    path("supervision/cards/", cards.card_list, name="cards"),
    path("supervision/cards/export/", cards.card_export, name="cards-export"),
    path("supervision/cards/new/", cards.card_new, name="card-new"),
    path("supervision/cards/<uuid:pk>/", cards.card, name="card"),
    path("supervision/cards/<uuid:pk>/<slug:deed>/", cards.card_act, name="card-act"),
    path("supervision/rules/", rules.rule_list, name="rules"),
    path("supervision/rules/export/", rules.rule_export, name="rules-export"),
    path("supervision/rules/<slug:code>/", rules.rule, name="rule"),
    path("supervision/rules/<slug:code>/draft/", rules.rule_draft, name="rule-draft"),
    path("supervision/rules/versions/<uuid:pk>/edit/", rules.version_edit, name="version-edit"),
    path("supervision/rules/versions/<uuid:pk>/discard/", rules.version_discard, name="version-discard"),
    path("supervision/rules/versions/<uuid:pk>/on/", rules.version_on, name="version-on"),
    path("supervision/rules/versions/<uuid:pk>/off/", rules.version_off, name="version-off"),
    path("supervision/rules/trials/new/", rules.trial_new, name="trial-new"),
    path("supervision/rules/trials/<uuid:pk>/", rules.trial, name="trial"),
    path("supervision/rules/trials/<uuid:pk>/export/", rules.trial_export, name="trial-export"),
    path("supervision/accountability/", accountability.record_list, name="records"),
    path("supervision/accountability/export/", accountability.record_export, name="records-export"),
    path("supervision/accountability/new/", accountability.record_new, name="record-new"),
    path("supervision/accountability/<uuid:pk>/", accountability.record, name="record"),
    path("supervision/accountability/<uuid:pk>/<slug:deed>/", accountability.record_act, name="record-act"),
]
