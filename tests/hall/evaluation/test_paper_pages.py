"""Pages of the boxes: the log with two names, twenty rows to a page, a sentence for every wrong one."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hall.evaluation.enums import Grade
from hall.evaluation.models import BoxOpening, Evaluation, PaperBox
from tests.builders import Hall, make_staff
from tests.hall.evaluation.builders import box_of, invited, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(hall: Hall, client: Client) -> Client:
    client.force_login(hall.supervisor)
    return client


def just_opened(hall: Hall, **facts: Any) -> BoxOpening:
    return opened(hall, at=timezone.now() - timedelta(minutes=1), **facts)


def text(response: HttpResponse) -> str:
    return response.content.decode()


def rows(*filled: dict[str, Any]) -> dict[str, Any]:
    """What a browser sends of the page: twenty rows, most of them empty."""
    sent: dict[str, Any] = {"row-TOTAL_FORMS": "20", "row-INITIAL_FORMS": "0"}
    for position, row in enumerate(filled):
        right = {"serial": f"A{position}", "given_on": str(timezone.localdate()), "item_name": "社保卡", "grade": "2"}
        sent |= {f"row-{position}-{name}": value for name, value in {**right, **row}.items()}
    return sent


def entry(opening: BoxOpening) -> str:
    return reverse("evaluation:paper_enter", args=[opening.pk])


def test_a_box_is_put_up_and_taken_away(hall: Hall, desk: Client) -> None:
    desk.post(reverse("evaluation:box_new"), {"center": hall.center.pk, "name": "东门"})
    box = PaperBox.objects.get()
    assert "东门" in text(desk.get(reverse("evaluation:boxes")))
    desk.post(reverse("evaluation:box_retire", args=[box.pk]))
    page = text(desk.get(reverse("evaluation:boxes")))
    assert "登记开箱" not in page


def test_the_same_box_twice_is_a_sentence(hall: Hall, desk: Client) -> None:
    box_of(hall, "东门")
    response = desk.post(reverse("evaluation:box_new"), {"center": hall.center.pk, "name": "东门"})
    assert (response.status_code, "已有同名的评价箱" in text(response)) == (422, True)


def test_an_opening_is_logged_with_a_second_name(hall: Hall, desk: Client) -> None:
    box, witness = box_of(hall), make_staff(hall.department)
    sent = {"opened_at": "2026-04-14T09:30", "witness": witness.pk, "forms_found": "3", "note": "封条完好"}
    response = desk.post(reverse("evaluation:box_open", args=[box.pk]), sent, follow=True)
    page = text(response)
    assert witness.name in page
    assert "取出 3 张，已录 0 张" in page
    assert witness.name in text(desk.get(reverse("evaluation:openings")))


def test_one_cannot_choose_oneself_as_the_second(hall: Hall, desk: Client) -> None:
    box = box_of(hall)
    address = reverse("evaluation:box_open", args=[box.pk])
    assert f'<option value="{hall.supervisor.staff_id}"' not in text(desk.get(address))
    sent = {"opened_at": "2026-04-14T09:30", "witness": hall.supervisor.staff_id, "forms_found": "3"}
    assert desk.post(address, sent).status_code == 422
    assert not BoxOpening.objects.exists()


@pytest.mark.parametrize(
    "change",
    [{"opened_at": ""}, {"opened_at": "昨天"}, {"opened_at": "2199-01-01T00:00"}, {"witness": ""}, {"witness": "x"},
     {"forms_found": "-1"}, {"forms_found": "2001"}, {"note": "长" * 201}, {"note": "\x00"}],
)  # fmt: skip
def test_nonsense_in_the_log_is_a_sentence(hall: Hall, desk: Client, change: dict[str, str]) -> None:
    right = {"opened_at": "2026-04-14T09:30", "witness": str(make_staff(hall.department).pk), "forms_found": "3"}
    response = desk.post(reverse("evaluation:box_open", args=[box_of(hall).pk]), {**right, **change})
    assert response.status_code == 422
    assert not BoxOpening.objects.exists()


def test_rows_somebody_wrote_in_are_forms_and_empty_ones_are_not(hall: Hall, desk: Client) -> None:
    opening = just_opened(hall)
    invitation = invited(hall, at=timezone.now() - timedelta(minutes=2))
    told = {"docket": invitation.docket, "item_name": "", "grade": "5", "reasons": "1，8"}
    bad = {
        "reasons": "3 8",
        "text": "等了很久",
        "named": "on",
        "phone": "0335-3000002",
        "department": hall.department.pk,
    }
    response = desk.post(entry(opening), rows(told, bad))
    assert response.status_code == 302
    first, second = Evaluation.objects.order_by("-grade")
    assert (first.invitation, first.reasons, first.anonymous) == (invitation, ["g1", "g8"], True)
    assert (second.reasons, second.text, second.phone) == (["b3", "b8"], "等了很久", "0335-3000002")
    page = text(desk.get(response["Location"]))
    assert "已录 2 张" in page
    assert "等了很久" not in page


@pytest.mark.parametrize("typed", ["1303 0200 1220 2604 1300 0001", "不清楚", "1" * 60])
def test_a_number_that_leads_nowhere_is_said_in_its_row(hall: Hall, desk: Client, typed: str) -> None:
    response = desk.post(entry(just_opened(hall)), rows({}, {"docket": typed}))
    assert (response.status_code, "第 2 行" in text(response)) == (422, True)
    assert not Evaluation.objects.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"serial": ""}, "请填写表号"),
        ({"given_on": "x"}, "填表日期要写成"),
        ({"given_on": "2199-01-01"}, "不能晚于开箱日期"),
        ({"grade": ""}, "评价"),
        ({"grade": "9"}, "请从列出的评价里选一个"),
        ({"reasons": "17"}, "原因写编号"),
        ({"reasons": "态度"}, "原因写编号"),
        ({"reasons": "²"}, "原因写编号"),
        ({"item_name": ""}, "办件编号和事项至少填一样"),
        ({"text": "a\x00"}, "不能保存的字符"),
        ({"named": "on"}, "要填电话"),
        ({"phone": "喂", "named": "on"}, "电话只能写数字"),
    ],
)
def test_each_wrong_row_has_its_sentence(hall: Hall, desk: Client, change: dict[str, str], sentence: str) -> None:
    response = desk.post(entry(just_opened(hall)), rows(change))
    assert (response.status_code, sentence in text(response)) == (422, True)
    assert not Evaluation.objects.exists()


def test_what_was_typed_comes_back(hall: Hall, desk: Client) -> None:
    page = text(desk.post(entry(just_opened(hall)), rows({"text": "等了很久"}, {"serial": ""})))
    assert "等了很久" in page


def test_the_same_serial_twice_on_a_page_is_said_before_saving(hall: Hall, desk: Client) -> None:
    response = desk.post(entry(just_opened(hall)), rows({"serial": "X"}, {"serial": "X"}))
    assert (response.status_code, "这一页已有同一个表号" in text(response)) == (422, True)


def test_an_empty_page_and_too_many_forms_are_sentences(hall: Hall, desk: Client) -> None:
    opening = just_opened(hall, found=1)
    for sent, sentence in ((rows(), "还没有录入"), (rows({}, {}), "只登记了 1 张")):
        response = desk.post(entry(opening), sent)
        assert (response.status_code, sentence in text(response)) == (422, True)


@pytest.mark.parametrize("sent", [{}, {"row-TOTAL_FORMS": "x"}, {"row-TOTAL_FORMS": "5000", "row-INITIAL_FORMS": "0"}])
def test_a_broken_page_is_no_error_of_the_server(hall: Hall, desk: Client, sent: dict[str, str]) -> None:
    assert desk.post(entry(just_opened(hall)), sent).status_code == 422


def test_every_cell_has_a_label_and_no_grade_is_chosen(hall: Hall, desk: Client) -> None:
    page = text(desk.get(entry(just_opened(hall))))
    assert page.count("<label") >= 20 * 10
    assert "selected" not in page.split("<tbody>")[-1].replace('value="" selected', "")
    assert [label for label in Grade.labels if label not in page] == []


def test_what_belongs_to_another_center_is_not_there(hall: Hall, desk: Client) -> None:
    there = just_opened(Hall())
    for address in (entry(there), reverse("evaluation:opening", args=[there.pk])):
        assert desk.get(address).status_code == 404
    for name in ("box_open", "box_retire"):
        assert desk.post(reverse(f"evaluation:{name}", args=[there.box_id])).status_code == 404


@pytest.mark.parametrize("name", ["boxes", "openings"])
def test_an_empty_list_says_what_to_do(desk: Client, name: str) -> None:
    assert 'class="empty"' in text(desk.get(reverse(f"evaluation:{name}")))


@pytest.mark.parametrize("name", ["boxes", "openings"])
def test_lists_ask_as_often_for_three_as_for_one(hall: Hall, desk: Client, name: str) -> None:
    counts = []
    desk.get(reverse(f"evaluation:{name}"))
    for number in range(2):
        just_opened(hall, box=box_of(hall, f"{number} 号"))
        with CaptureQueriesContext(connection) as asked:
            desk.get(reverse(f"evaluation:{name}"))
        counts.append(len(asked))
        just_opened(hall, box=box_of(hall, f"{number} 号乙"))
    assert counts[0] == counts[1]


def test_the_log_leaves_as_a_file_with_a_purpose(hall: Hall, desk: Client) -> None:
    just_opened(hall)
    address = reverse("evaluation:openings_export")
    assert "用途" in text(desk.get(address))
    response = desk.post(address, {"purpose": "季度检查", "form": "xlsx"})
    assert b"".join(response.streaming_content)[:2] == b"PK"
