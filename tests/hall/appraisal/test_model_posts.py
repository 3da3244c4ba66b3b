"""党员示范岗: given for a post of the house with a term; badges on the board of the window; the public page, paper."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hall.appraisal import badges, queries
from hall.appraisal.actions import awards
from hall.appraisal.forms.awards import NominateForm
from hall.appraisal.models import Award
from hall.facts.errors import Refused
from hall.organisation.models import Post, Staff, Window
from hall.pledges.badges import Badge, badges_of, register
from tests.builders import Hall, identity_number, make_window
from tests.hall.appraisal.builders import OCTOBER, SCORED, announced, attended, honoured, nominated
from tests.hall.appraisal.pages import browser, read, send

pytestmark = pytest.mark.django_db
TERM = (date(2026, 11, 1), date(2027, 10, 31))


@pytest.fixture
def post(hall: Hall) -> Post:
    made: Post = hall.department.posts.create(
        name="综合受理岗", holder_a=hall.clerk.staff, holder_b=hall.other_clerk.staff
    )
    return made


def deserving(hall: Hall, *people: Staff) -> Any:
    """The people have closed enough cases and were there, while the block runs."""
    for one in people:
        attended(hall, one)
    return announced("cases.closed")


def nominate(hall: Hall, subject: Staff, **facts: Any) -> Award:
    defaults = {"kind": "post", "period": OCTOBER, "term": TERM, "evidence": "党员带头", "at": SCORED}
    with deserving(hall, subject) as (closed,):
        for _ in range(20):
            closed.happened(hall, subject)
        return awards.nominate(subject, **{**defaults, "by": hall.chief, **facts})


def test_a_model_post_is_given_for_a_post_the_person_holds(hall: Hall, post: Post) -> None:
    made = nominate(hall, hall.clerk.staff, post=post)
    assert (made.post, made.staff, (made.first, made.last)) == (post, hall.clerk.staff, TERM)
    assert made.subject_label == f"综合受理岗（{hall.clerk.staff}）"


def test_the_deputy_holds_the_post_too(hall: Hall, post: Post) -> None:
    assert nominate(hall, hall.other_clerk.staff, post=post).post == post


def test_a_post_of_somebody_else_is_refused_at_its_field(hall: Hall, post: Post) -> None:
    with pytest.raises(Refused, match="自己的岗位") as refusal:
        nominate(hall, hall.approver.staff, post=post)
    assert refusal.value.field == "post"


def test_a_star_is_given_for_no_post(hall: Hall, post: Post) -> None:
    with pytest.raises(Refused) as refusal:
        nominate(hall, hall.clerk.staff, kind="star", post=post, term=None)
    assert refusal.value.field == "post"
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.filter(pk=honoured(hall).pk).update(post=post)


@pytest.mark.parametrize(
    ("first", "last", "free"),
    [
        (date(2026, 11, 1), date(2027, 10, 31), False),
        (date(2027, 10, 31), date(2028, 10, 30), False),
        (date(2025, 11, 1), date(2026, 11, 1), False),
        (date(2027, 11, 1), date(2028, 10, 31), True),
        (date(2025, 11, 1), date(2026, 10, 31), True),
    ],
)
def test_a_post_is_honoured_once_in_a_term(hall: Hall, post: Post, first: date, last: date, free: bool) -> None:
    honoured(hall, kind="post", post=post, first=TERM[0], last=TERM[1])
    if free:
        assert nominate(hall, hall.other_clerk.staff, post=post, term=(first, last)).pk
    else:
        with pytest.raises(Refused, match="任期里已有示范岗"):
            nominate(hall, hall.other_clerk.staff, post=post, term=(first, last))


def test_a_model_post_taken_back_frees_the_post(hall: Hall, post: Post) -> None:
    row = honoured(hall, kind="post", post=post, first=TERM[0], last=TERM[1])
    awards.withdraw(row, reason="查实", by=hall.supervisor, at=SCORED)
    assert nominate(hall, hall.other_clerk.staff, post=post).pk


def test_a_post_with_an_honour_is_not_deleted(hall: Hall, post: Post) -> None:
    honoured(hall, kind="post", post=post)
    with pytest.raises(models.ProtectedError):
        post.delete()


def form_for(hall: Hall, kind: str = "post", **data: str) -> NominateForm:
    return NominateForm(data or None, kind=kind, posts=queries.posts_of(hall.clerk.staff))


def test_the_form_asks_for_the_post_where_the_person_has_one(hall: Hall, post: Post) -> None:
    assert list(form_for(hall).fields) == ["evidence", "post", "first", "last"]
    assert form_for(hall, "star").fields.keys() == {"evidence"}
    form = form_for(hall, evidence="好", first="2026-11-01", last="2027-10-31")
    assert form.errors.keys() == {"post"}


def test_the_form_asks_for_no_post_where_the_person_has_none(hall: Hall) -> None:
    assert "post" not in form_for(hall).fields
    assert form_for(hall, evidence="好", first="2026-11-01", last="2027-10-31").is_valid()


@pytest.mark.parametrize(
    ("first", "last", "field"), [("", "", "first"), ("2026-11-01", "", "last"), ("", "2026-11-01", "first"),
                                 ("昨天", "2026-11-01", "first"), ("2026-13-01", "2026-11-01", "first")],
)  # fmt: skip
def test_a_term_has_both_its_days(hall: Hall, first: str, last: str, field: str) -> None:
    assert field in form_for(hall, evidence="好", first=first, last=last).errors


def test_a_window_holds_no_post(hall: Hall, post: Post) -> None:
    assert list(queries.posts_of(hall.window)) == []
    assert list(queries.posts_of(hall.clerk.staff)) == [post]


def page_data(row: Post, **change: str) -> dict[str, str]:
    return {"evidence": "带头", "post": str(row.pk), "first": "2026-11-01", "last": "2027-10-31", **change}


def test_a_model_post_is_nominated_on_its_page_and_shown_with_its_post(hall: Hall, post: Post) -> None:
    address = reverse("appraisal:nominate", args=["post", hall.clerk.staff_id]) + "?period=2026-10"
    with deserving(hall, hall.clerk.staff) as (closed,):
        for _ in range(20):
            closed.happened(hall, hall.clerk.staff)
        response = browser(hall.chief).post(address, page_data(post))
    page = browser(hall.chief).get(response["Location"]).content.decode()
    assert "<dt>岗位</dt><dd>综合受理岗</dd>" in page
    assert "2026-11-01 至 2027-10-31" in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [({"last": "2026-10-01"}, "不能早于开始日期"), ({"post": "999999"}, "岗位"),
     ({"evidence": "\x00"}, "不能保存的字符"),
     ({"evidence": "长" * 801}, "最多 800 个字")],
)  # fmt: skip
def test_nonsense_comes_back_with_its_sentence(hall: Hall, post: Post, change: dict[str, str], sentence: str) -> None:
    response = send(hall.chief, "nominate", "post", hall.clerk.staff_id, **page_data(post, **change))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Award.objects.exists()


def test_the_certificate_names_post_term_reasons_and_house(hall: Hall, post: Post) -> None:
    row = honoured(hall, kind="post", post=post, first=TERM[0], last=TERM[1])
    page = read(hall.clerk, "certificate", row.pk)
    for words in (
        "综合受理岗",
        "任期 2026年11月1日 至 2027年10月31日",
        "当月零差错",
        hall.center.name,
        "2026年11月2日",
    ):
        assert words in page
    assert "data-print" in page


def in_state(hall: Hall, state: str, subject: Staff | Window | None = None) -> Award:
    """An honour that is not published, or no longer."""
    decided = {"decided_by": hall.chief, "decided_at": SCORED}
    gone = {"withdrawn_by": hall.supervisor, "withdrawn_at": SCORED, "reasons": "好", "notice_until": OCTOBER.last}
    facts: dict[str, Any] = {"nominated": {}, "refused": decided, "withdrawn": decided | gone}[state]
    return nominated(hall, subject, state=state, **facts)


@pytest.mark.parametrize("state", ["nominated", "refused", "withdrawn"])
def test_only_what_is_published_has_a_certificate(hall: Hall, state: str) -> None:
    row = in_state(hall, state)
    read(hall.supervisor, "certificate", row.pk, status=404)


def test_the_public_page_shows_reasons_and_never_the_evidence(hall: Hall, post: Post) -> None:
    honoured(hall, kind="post", post=post, evidence="为李大妈 13800000000 上门办理")
    page = Client().get(reverse("appraisal:honours")).content.decode()
    assert "综合受理岗" in page
    assert "当月零差错" in page
    assert "李大妈" not in page
    assert "13800000000" not in page


@pytest.mark.parametrize("words", ["电话 13800000000", f"身份证 {identity_number(7)}", "手机：13900000000 请核"])
def test_reasons_with_a_number_of_a_citizen_are_not_published(hall: Hall, words: str) -> None:
    row = Award.objects.get(pk=nominate(hall, hall.clerk.staff).pk)
    with pytest.raises(Refused, match="证件号或电话"):
        awards.publish(row, reasons=f"办得好，{words}", by=hall.supervisor, at=SCORED)


def shown(hall: Hall, on: date = OCTOBER.last) -> list[tuple[str, str]]:
    return [(one.label, one.detail) for one in badges_of(hall.window, on)]


def test_a_flag_and_a_model_post_hang_on_the_board_of_the_window(hall: Hall, post: Post) -> None:
    honoured(hall, hall.window)
    honoured(hall, kind="post", post=post)
    assert shown(hall) == [("红旗窗口", "2026 年 10 月"), ("党员示范岗", "综合受理岗")]


def test_a_star_is_a_person_and_hangs_on_no_window(hall: Hall) -> None:
    honoured(hall)
    assert shown(hall) == []


def test_a_model_post_without_a_post_says_its_term(hall: Hall) -> None:
    honoured(hall, kind="post", last=date(2026, 12, 31))
    assert shown(hall) == [("党员示范岗", "任期到 2026-12-31")]


@pytest.mark.parametrize("state", ["nominated", "refused", "withdrawn"])
def test_only_what_is_published_hangs_there(hall: Hall, state: str) -> None:
    in_state(hall, state, hall.window)
    assert shown(hall) == []


@pytest.mark.parametrize(("days", "there"), [(-31, False), (-30, True), (0, True), (1, False)])
def test_a_model_post_hangs_there_for_its_term(hall: Hall, post: Post, days: int, there: bool) -> None:
    honoured(hall, kind="post", post=post)
    assert bool(shown(hall, OCTOBER.last + timedelta(days=days))) is there


def test_the_neighbour_shows_nothing_of_it(hall: Hall) -> None:
    honoured(hall, hall.window)
    assert badges.of_window(make_window(hall.center), OCTOBER.last) == []


def test_the_public_board_of_the_window_shows_badges_and_no_name(hall: Hall, post: Post) -> None:
    today = timezone.localdate()
    honoured(hall, kind="post", post=post, first=today, last=today)
    page = Client().get(reverse("pledges:window", args=[hall.window.pk])).content.decode()
    assert "党员示范岗 · 综合受理岗" in page
    assert hall.clerk.staff.name not in page


def test_a_room_that_registers_twice_is_asked_once(hall: Hall) -> None:
    register(badges.of_window)
    honoured(hall, hall.window)
    assert badges_of(hall.window, OCTOBER.last) == [Badge("红旗窗口", "2026 年 10 月")]
