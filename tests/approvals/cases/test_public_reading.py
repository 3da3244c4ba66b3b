"""A case read in one statement gives the page of a case read part by part."""

from typing import Any

import pytest

from approvals.cases import public_page
from approvals.cases.enums import CaseState
from approvals.cases.models import Case
from approvals.cases.public_reading import read
from tests.approvals.cases.ways import FRIDAY, WAYS, with_promise
from tests.builders import Hall, make_case

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", list(WAYS))
def test_both_ways_of_reading_give_one_page(hall: Hall, state: CaseState) -> None:
    case = WAYS[state](hall)
    known = read(case.docket, kinds=public_page.KINDS)
    assert known is not None
    plain = public_page.build(Case.objects.get(pk=case.pk), at=FRIDAY)
    assert public_page.build(known.case, at=FRIDAY, known=known) == plain


def test_what_was_promised_for_later_is_read_with_its_name(hall: Hall) -> None:
    case = with_promise(hall)
    known = read(case.docket, kinds=public_page.KINDS)
    assert known is not None
    page = public_page.build(known.case, at=FRIDAY, known=known)
    assert page == public_page.build(Case.objects.get(pk=case.pk), at=FRIDAY)
    assert page.turn.you


def test_it_is_one_statement(hall: Hall, django_assert_num_queries: Any) -> None:
    docket = make_case(hall).docket
    read(docket, kinds=public_page.KINDS)  # the calendar is in memory from here
    with django_assert_num_queries(1):
        known = read(docket, kinds=public_page.KINDS)
        assert known is not None
        public_page.build(known.case, at=FRIDAY, known=known)


def test_every_column_is_what_the_mapper_reads(hall: Hall) -> None:
    case = Case.objects.get(pk=make_case(hall).pk)
    known = read(case.docket, kinds=())
    assert known is not None
    for ours, theirs in (
        (known.case, case),
        (known.case.center, case.center),
        (known.case.version_filed, case.version_filed),
        (known.applicant, case.parties.get(role="applicant")),
    ):
        names = [field.attname for field in theirs._meta.concrete_fields]
        assert {name: getattr(ours, name) for name in names} == {name: getattr(theirs, name) for name in names}


def test_a_number_nobody_has_is_nothing() -> None:
    assert read("130302001220260413999990", kinds=()) is None
