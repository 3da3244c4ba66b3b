"""Two people see every bad grade: who put right what nobody could be asked about does not close it."""

import pytest

from hall.access.enums import Role
from hall.rectification import rules
from tests.builders import Hall, make_staff, make_user
from tests.hall.rectification.builders import bad

pytestmark = pytest.mark.django_db


def test_whoever_put_right_an_anonymous_grade_does_not_close_it() -> None:
    hall = Hall()
    row = bad(hall, signed=False)
    row.rectified_by = hall.supervisor
    second = make_user(Role.SUPERVISOR, make_staff(center=hall.center))
    assert not rules.may_close.test(hall.supervisor, row)
    assert rules.may_close.test(second, row)
