"""Questions about the few name the conditions of a partial index word for word, or the planner could not use it."""

import pytest
from django.db import connection

from hall.facts import sources
from tests.approvals.cases.sources.asking import part

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("code", "facts", "index"),
    [
        ("cases.no_reason", {}, "case_no_reason"),
        ("cases.outside_hall", {}, "case_outside_hall"),
    ],
)
def test_a_question_can_be_answered_from_its_index(code, facts, index):
    source = sources.source_of(code)
    plan = source._rows(part(**facts)).order_by()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        sql, params = plan.values("pk").query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", params)
        text = "\n".join(row[0] for row in cursor.fetchall())
    assert index in text, text


def test_in_time_reads_the_decision_clock_once():
    plan = str(sources.source_of("cases.closed_on_time")._rows(part()).order_by().query)
    assert plan.count('JOIN "cases_clockrow"') == 1
