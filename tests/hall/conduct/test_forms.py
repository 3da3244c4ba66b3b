"""What the pages ask, over what people type: every fault is named, nothing is guessed."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hall.conduct import photos
from hall.conduct.actions.patrols import LineFacts
from hall.conduct.enums import Place
from hall.conduct.forms.bulletins import DraftForm, NoteForm, WithdrawForm
from hall.conduct.forms.checks import DrawForm, JudgeForm
from hall.conduct.forms.complaints import AcceptForm, CodeForm, DecideForm, DeskForm, PublicForm, ReviewForm, SaidForm
from hall.conduct.forms.patrols import AnswerForm, FinishForm, ListForm, ProblemForm, RecheckForm, StartForm
from hall.conduct.queries import investigators_for
from hall.organisation.models import Staff, Window
from tests.builders import MONDAY, Hall, make_center, make_department, make_staff, make_window
from tests.hall.conduct.builders import an_indicator, png, received

pytestmark = pytest.mark.django_db


def faults(text: str) -> list[str]:
    form = ListForm({"note": "改", "lines": text})
    form.is_valid()
    return [str(fault) for fault in form.errors.get("lines", [])]


GOOD = "着装｜戴工牌｜每个窗口｜本级制度｜1"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("着装｜戴工牌", "要有五格"),
        ("着装｜戴工牌｜每个窗口｜本级制度｜1｜多", "要有五格"),
        ("着装｜｜每个窗口｜本级制度｜1", "要有五格"),
        ("着装｜戴工牌｜某处｜本级制度｜1", "范围只能写"),
        ("着装｜戴工牌｜每个窗口｜本级制度｜很多", "0 到 100 的整数"),
        ("着装｜戴工牌｜每个窗口｜本级制度｜101", "0 到 100 的整数"),
        ("着装｜戴工牌｜每个窗口｜本级制度｜-1", "0 到 100 的整数"),
        ("着装｜戴工牌｜每个窗口｜本级制度｜１", "0 到 100 的整数"),
        ("类" * 21 + "｜戴工牌｜每个窗口｜本级制度｜1", "类别最多 20 字"),
        ("着装｜" + "戴" * 201 + "｜每个窗口｜本级制度｜1", "最多 200 字"),
        ("着装｜戴工牌｜每个窗口｜" + "制" * 201 + "｜1", "最多 200 字"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_by_its_number(line: str, fault: str) -> None:
    (said,) = faults(f"{GOOD}\n\n{line}")
    assert said.startswith("第 3 行：")
    assert fault in said


def test_both_bars_part_the_cells_and_empty_lines_are_nothing() -> None:
    form = ListForm({"note": "改", "lines": f"\n{GOOD}\n\n 卫生 | 整洁 | 大厅公共区域 | 本级制度 | 0 \n"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["lines"] == [
        LineFacts("着装", "戴工牌", Place.WINDOW, "本级制度", 1),
        LineFacts("卫生", "整洁", Place.HALL, "本级制度", 0),
    ]


def test_a_list_has_a_hundred_lines_at_most_and_tells_ten_faults_at_once() -> None:
    assert faults("\n".join([GOOD] * 100)) == []
    assert faults("\n".join([GOOD] * 101)) == ["最多 100 项。"]
    assert len(faults("\n".join(["x"] * 30))) == 10


@pytest.mark.parametrize(("period", "good"), [
    ("2026-10", True), (" 2026-10 ", True), ("2026-Q3", True), ("2026", True), ("2026-10-01..2026-10-15", True),
    ("2026-13", False), ("十月", False), ("", False), ("2026-10\x00", False), ("x" * 25, False),
])  # fmt: skip
def test_a_bulletin_is_of_days_that_can_be_read(period: str, good: bool) -> None:
    form = DraftForm({"title": "通报", "audience": "internal", "period": period, "codes": [an_indicator()]})
    assert form.is_valid() is good
    assert ("period" in form.errors) is not good


def test_a_bulletin_takes_only_figures_that_are_announced() -> None:
    form = DraftForm({"title": "通报", "audience": "internal", "period": "2026-10", "codes": ["test.nobody"]})
    assert not form.is_valid()
    assert set(form.errors) == {"codes"}


@pytest.mark.parametrize("form", [NoteForm, WithdrawForm])
def test_going_back_and_taking_back_are_explained(form: Any) -> None:
    (name,) = form.base_fields
    assert form({name: "口径有误"}).is_valid()
    for text in ("", "   ", "字" * 301):
        assert set(form({name: text}).errors) == {name}, text


@pytest.mark.parametrize("period", ["2026-Q3", "2026", "2026-W40", "2026-10-01", "上月", ""])
def test_a_check_is_of_one_month(hall: Hall, period: str) -> None:
    form = DrawForm({"department": hall.department.pk, "period": period}, center=hall.center)
    assert set(form.errors) == {"period"}


def test_a_check_is_of_a_department_of_the_center(hall: Hall) -> None:
    other = make_department(make_center())
    form = DrawForm({"department": other.pk, "period": "2026-10"}, center=hall.center)
    assert set(form.errors) == {"department"}
    assert DrawForm({"department": hall.department.pk, "period": "2026-10"}, center=hall.center).is_valid()


@pytest.mark.parametrize(("verdict", "reason", "wrong"), [
    ("genuine", "看过录像", set()), ("", "看过录像", {"verdict"}), ("other", "看过录像", {"verdict"}),
    ("backdated", "", {"reason"}), ("unclear", "字" * 301, {"reason"}),
])  # fmt: skip
def test_a_judgement_is_a_verdict_with_its_ground(verdict: str, reason: str, wrong: set[str]) -> None:
    assert set(JudgeForm({"verdict": verdict, "reason": reason}).errors) == wrong


def public(**facts: Any) -> PublicForm:
    return PublicForm({"form_key": uuid4(), "text": "态度生硬", **facts})


def test_a_center_is_found_by_its_whole_name_alone(hall: Hall) -> None:
    form = public(center=f" {hall.center.name} ")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["center"] == hall.center


def test_a_piece_of_a_name_brings_the_names_it_may_have_meant(hall: Hall) -> None:
    (said,) = public(center=hall.center.name[:3]).errors["center"]
    assert "您要找的是不是" in said
    assert hall.center.name in said


def test_a_name_two_centers_share_is_not_guessed(hall: Hall) -> None:
    make_center(hall.center.name)
    assert "没有找到这个中心" in public(center=hall.center.name).errors["center"][0]


def test_a_center_that_is_closed_is_not_found(hall: Hall) -> None:
    hall.center.closed_on = MONDAY.date()
    hall.center.save()
    assert "请核对名称" in public(center=hall.center.name).errors["center"][0]


def test_every_form_has_a_key_of_its_own_and_keeps_it() -> None:
    assert SaidForm().initial["form_key"] != SaidForm().initial["form_key"]
    key = uuid4()
    kept = SaidForm({"form_key": key, "text": "态度生硬"})
    assert kept.is_valid()
    assert kept.key == key
    for nothing in ("", None):
        bare = SaidForm({"form_key": nothing, "text": "态度生硬"})
        assert bare.is_valid()
        assert bare.key != key


def test_a_desk_takes_in_what_did_not_come_by_the_web() -> None:
    for channel in ("window", "phone", "letter"):
        assert DeskForm({"channel": channel, "text": "态度生硬"}).is_valid()
    assert set(DeskForm({"channel": "web", "text": "态度生硬"}).errors) == {"channel"}


@pytest.mark.parametrize("facts", [{"number": ""}, {"code": ""}, {"number": "x" * 41}, {"code": "x" * 31}])
def test_an_answer_is_asked_for_with_number_and_code(facts: dict[str, str]) -> None:
    assert set(CodeForm({"number": "1303020012-TS-2026-00001", "code": "ABC", **facts}).errors) == set(facts)


def test_a_complaint_falls_on_people_of_the_center_who_serve(hall: Hall) -> None:
    row, gone = received(hall), make_staff(hall.department, left_on=MONDAY.date())
    stranger = make_staff()
    form = AcceptForm(center=hall.center, investigators=investigators_for(row))
    offered = set(form.fields["staff"].queryset)  # type: ignore[attr-defined]
    assert hall.clerk.staff in offered
    assert not offered & {gone, stranger}
    assert set(form.fields["investigator"].queryset) == {hall.chief.staff}  # type: ignore[attr-defined]


def test_a_verdict_needs_an_answer_and_a_review_may_keep_the_old_one() -> None:
    said = {"verdict": "upheld", "reason": "录像", "answer": ""}
    assert set(DecideForm(said).errors) == {"answer"}
    assert ReviewForm(said).is_valid()
    assert set(ReviewForm({**said, "reason": ""}).errors) == {"reason"}


def seen_form(hall: Hall, window: Window | None, files: Any = None, **facts: Any) -> ProblemForm:
    data = {"text": "没有去向牌", "severity": "minor", **facts}
    return ProblemForm(data, files, center=hall.center, window=window)


def people(form: ProblemForm) -> set[Staff]:
    return set(form.fields["staff"].queryset)  # type: ignore[attr-defined]


def test_at_a_window_only_its_people_are_named_and_in_the_hall_all(hall: Hall) -> None:
    beside = make_staff(make_department(hall.center, "旁边的局"))
    own = make_window(hall.center, department=hall.department)
    assert beside not in people(seen_form(hall, own))
    assert hall.clerk.staff in people(seen_form(hall, own))
    assert {beside, hall.clerk.staff} <= people(seen_form(hall, None))
    assert beside in people(seen_form(hall, make_window(hall.center))), "a window of no department is everybody's"


@pytest.mark.parametrize(("points", "given"), [("", 0), ("0", 0), ("100", 100)])
def test_points_are_suggested_or_not(hall: Hall, points: str, given: int) -> None:
    form = seen_form(hall, None, points=points)
    assert form.is_valid(), form.errors
    seen = form.seen()
    assert (seen.outcome, seen.points, seen.photo) == ("problem", given, b"")


@pytest.mark.parametrize("facts", [{"points": "101"}, {"points": "-1"}, {"severity": "x"}, {"text": "字" * 301}])
def test_a_problem_that_is_told_wrong_is_said_at_its_field(hall: Hall, facts: dict[str, str]) -> None:
    assert set(seen_form(hall, None, **facts).errors) == set(facts)


def test_a_photo_is_read_and_too_large_a_one_is_not(hall: Hall) -> None:
    small = SimpleUploadedFile("a.png", png(), "image/png")
    form = seen_form(hall, None, {"photo": small})
    assert form.is_valid(), form.errors
    assert form.seen().photo == png()
    large = SimpleUploadedFile("a.png", b"x", "image/png")
    large.size = photos.MAX_BYTES + 1
    assert "照片最大 10 MB" in AnswerForm({"text": "已改"}, {"photo": large}).errors["photo"][0]


@pytest.mark.parametrize(("said", "passed"), [("yes", True), ("no", False)])
def test_a_second_look_says_yes_or_no(said: str, passed: bool) -> None:
    form = RecheckForm({"passed": said, "text": "看过"})
    assert form.is_valid()
    assert form.cleaned_data["passed"] is passed


@pytest.mark.parametrize("drawn", ["-1", "61", "x", "", "9" * 30])
def test_a_draw_is_a_small_number(hall: Hall, drawn: str) -> None:
    assert set(StartForm({"drawn": drawn}, windows=Window.objects.all()).errors) == {"drawn"}


def test_a_round_may_end_without_a_word() -> None:
    assert FinishForm({"note": ""}).is_valid()
    assert set(FinishForm({"note": "字" * 501}).errors) == {"note"}
