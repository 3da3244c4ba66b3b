"""Of a failed log-in nothing is kept but name and place (law 13)."""

import pytest
from axes.models import AccessAttempt
from django.test import Client

from tests.builders import Hall

pytestmark = pytest.mark.django_db


def fail(hall: Hall, **more: str) -> AccessAttempt:
    sent = {"username": hall.clerk.username, "password": "not it, 13800138000", **more}
    for _ in range(2):
        Client().post("/login/?next=/work/&phone=13900139000", sent)
    return AccessAttempt.objects.get()


def test_p02_no_field_that_was_sent_is_written_down(hall: Hall) -> None:
    attempt = fail(hall, identity="13030219900101001X", passwort="mistyped field")
    assert (attempt.get_data, attempt.post_data) == ("\n---------\n", "\n---------\n")
    assert (attempt.username, attempt.failures_since_start) == (hall.clerk.username, 2)


def test_the_form_still_shows_what_was_typed(hall: Hall) -> None:
    answer = Client().post("/login/?next=/manage/", {"username": hall.clerk.username, "password": "wrong"})
    assert answer.status_code == 422
    assert hall.clerk.username in answer.content.decode()
