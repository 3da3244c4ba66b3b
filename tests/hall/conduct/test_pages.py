"""Pages of patrols, bulletins, complaints and checks, as people use them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from hall.conduct.actions import closure_checks
from hall.conduct.models import (
    Bulletin,
    ClosureItem,
    ClosureSample,
    Complaint,
    Finding,
    Patrol,
    PatrolList,
    Rectification,
)
from hall.facts import indicators, sources
from hall.ledger.models import Event
from hall.supervision.models import Card
from tests.builders import Hall
from tests.hall.conduct.builders import (
    MONDAY,
    OCTOBER,
    a_line,
    an_indicator,
    assigned,
    at,
    begun,
    browser,
    closings,
    decided,
    drafted,
    found,
    png,
    problem,
    published,
    received,
    reported,
    second_supervisor,
    submitted,
    to_rectify,
    window_stop,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def registries(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test announces is forgotten after it."""
    monkeypatch.setattr(sources, "_sources", dict(sources._sources))
    monkeypatch.setattr(indicators, "_indicators", dict(indicators._indicators))


LISTS = ("patrols", "rectifications", "bulletins", "complaints", "checks")


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_list_says_what_to_do(hall: Hall, name: str) -> None:
    response = browser(hall.supervisor).get(at(name))
    assert response.status_code == 200
    assert 'class="empty"' in response.content.decode()


@pytest.mark.parametrize("name", LISTS)
def test_filters_that_mean_nothing_break_nothing(hall: Hall, name: str) -> None:
    for query in (
        {"state": "x"},
        {"center": "x"},
        {"center": "0" * 10},
        {"state": "open", "page": "x"},
        {"state": "late"},
    ):
        assert browser(hall.supervisor).get(at(name), query).status_code == 200


def rows_for(hall: Hall) -> None:
    found(hall)
    published(hall)
    decided(hall)
    drawn = {"drawn_at": MONDAY, "drawn_by": hall.supervisor, "seed": "s", "population_digest": "0" * 64}
    ClosureSample.objects.create(
        center=hall.center, department=hall.department, period=f"2026-{ClosureSample.objects.count() + 1:02d}",
        percent=5, population=1, **drawn,
    )  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_with_one_row_and_with_three(
    hall: Hall, name: str, django_assert_max_num_queries: Any
) -> None:
    client = browser(hall.supervisor)
    rows_for(hall)
    with django_assert_max_num_queries(30) as one:
        assert client.get(at(name)).status_code == 200
    rows_for(hall)
    rows_for(hall)
    with django_assert_max_num_queries(len(one)):
        assert client.get(at(name)).status_code == 200


def test_a_list_is_narrowed_to_a_center(hall: Hall) -> None:
    begun(hall)
    client = browser(hall.supervisor)
    assert "共 1 次" in client.get(at("patrols"), {"center": hall.center.code}).content.decode()
    assert "共 0 次" in client.get(at("patrols"), {"center": "别的中心"}).content.decode()


def test_a_round_is_walked_on_a_phone(hall: Hall) -> None:
    client = browser(hall.supervisor)
    response = client.post(at("patrol_new"), {"drawn": "0", "windows": [hall.window.pk]})
    patrol = Patrol.objects.get()
    assert response["Location"] == at("patrol", pk=patrol.pk)
    stop, fine, wrong = window_stop(patrol), a_line(patrol), a_line(patrol, number=1)
    response = client.post(at("patrol_stop", pk=stop.pk), {"line": fine.pk})
    assert response["Location"] == f"{at('patrol_stop', pk=stop.pk)}#line-{fine.position + 1}"
    photo = SimpleUploadedFile("a.png", png(tEXt=b"me"), "image/png")
    told = {"text": "没有去向牌", "severity": "minor", "points": "2", "photo": photo}
    assert client.post(at("patrol_line", pk=stop.pk, line=wrong.pk), told).status_code == 302
    page = client.get(at("patrol_stop", pk=stop.pk)).content.decode()
    assert "没有去向牌" in page
    assert "还有 11 项没看" in page
    assert client.post(at("patrol_finish", pk=patrol.pk), {"note": "总体良好"}).status_code == 302
    row = Finding.objects.get(outcome="problem")
    assert row.photo is not None
    picture = client.get(at("patrol_photo", pk=row.photo.pk))
    assert (picture.content, picture["Content-Type"]) == (png(), "image/png")
    assert client.get(at("rectification", pk=row.rectification.pk)).status_code == 200


def test_what_is_missing_is_said_and_nothing_is_lost(hall: Hall) -> None:
    patrol = begun(hall)
    url = at("patrol_line", pk=window_stop(patrol).pk, line=a_line(patrol).pk)
    response = browser(hall.supervisor).post(url, {"text": "写了一半"})
    assert response.status_code == 422
    assert "写了一半" in response.content.decode()
    bad = SimpleUploadedFile("a.gif", b"GIF89a", "image/gif")
    response = browser(hall.supervisor).post(url, {"text": "有", "severity": "minor", "photo": bad})
    assert "只能上传 JPG 或 PNG 照片" in response.content.decode()
    assert not Finding.objects.exists()


def test_a_line_of_another_list_changes_nothing(hall: Hall) -> None:
    stop = window_stop(begun(hall))
    for line in ("", "0", "x", "9" * 30):
        assert browser(hall.supervisor).post(at("patrol_stop", pk=stop.pk), {"line": line}).status_code == 302
    assert not Finding.objects.exists()


def test_somebody_elses_round_is_read_and_not_written(hall: Hall) -> None:
    patrol, other = begun(hall), second_supervisor(hall)
    assert browser(other).get(at("patrol", pk=patrol.pk)).status_code == 200
    stop, line = window_stop(patrol), a_line(patrol)
    assert browser(other).get(at("patrol_line", pk=stop.pk, line=line.pk)).status_code == 403
    assert browser(other).post(at("patrol_stop", pk=stop.pk), {"line": line.pk}).status_code == 403


def test_the_chief_answers_and_a_supervisor_looks_again(hall: Hall) -> None:
    row = to_rectify(hall)
    response = browser(hall.chief).post(at("rectification_answer", pk=row.pk), {"text": "已摆放"})
    assert response.status_code == 302
    again = browser(hall.chief).post(at("rectification_answer", pk=row.pk), {"text": "再答一次"})
    assert again.status_code == 422
    assert browser(hall.supervisor).post(at("rectification_recheck", pk=row.pk), {"passed": "x"}).status_code == 422
    done = browser(hall.supervisor).post(at("rectification_recheck", pk=row.pk), {"passed": "yes", "text": "看过"})
    assert done.status_code == 302
    assert Rectification.objects.get().state == "closed"
    assert browser(hall.approver).get(at("rectification", pk=row.pk)).status_code == 403


def test_a_new_list_is_read_line_by_line(hall: Hall) -> None:
    client, url = browser(hall.supervisor), at("patrol_list")
    assert "四声服务" in client.get(url).content.decode()
    bad = client.post(
        url, {"note": "改", "lines": "着装｜戴工牌\n挂牌｜有席卡｜某处｜制度｜1\n在岗｜有人｜每个窗口｜制度｜很多"}
    )
    page = bad.content.decode()
    assert bad.status_code == 422
    assert all(sentence in page for sentence in ("第 1 行", "第 2 行", "第 3 行"))
    good = client.post(
        url, {"note": "改", "lines": "着装|戴工牌|每个窗口|本级制度|1\n\n卫生｜整洁｜大厅公共区域｜本级制度｜0"}
    )
    assert good.status_code == 302
    assert PatrolList.objects.latest("version").lines.count() == 2


def test_a_bulletin_goes_from_draft_to_the_public(hall: Hall) -> None:
    code, other = an_indicator(numerator=30, denominator=40), second_supervisor(hall)
    client = browser(hall.supervisor)
    form = {"title": "九月通报", "audience": "public", "period": "2026-09", "codes": [code]}
    assert client.post(at("bulletin_new"), form).status_code == 302
    row = Bulletin.objects.get()
    edited = {"title": "九月情况", "audience": "public", "body": "总体平稳。"}
    assert client.post(at("bulletin_edit", pk=row.pk), edited).status_code == 302
    client.post(at("bulletin_submit", pk=row.pk))
    assert browser().get(at("public_bulletin", pk=row.pk)).status_code == 404
    assert client.post(at("bulletin_publish", pk=row.pk)).status_code == 403
    assert browser(other).post(at("bulletin_publish", pk=row.pk)).status_code == 302
    page = browser().get(at("public_bulletin", pk=row.pk)).content.decode()
    assert all(
        word in page
        for word in (
            "九月情况",
            "总体平稳",
            "〔2026〕第 1 期".replace("2026", str(timezone.localdate().year)),
            "75%",
            "30 / 40",
            "分子比分母",
        )
    )
    assert "九月情况" in browser().get(at("public_bulletins")).content.decode()
    browser(other).post(at("bulletin_withdraw", pk=row.pk), {"reason": "口径有误"})
    assert "口径有误" in browser().get(at("public_bulletin", pk=row.pk)).content.decode()


@pytest.mark.parametrize("period", ["2026-13", "去年", "", "x" * 30, "2026-10\x00"])
def test_a_period_that_is_none_is_told(hall: Hall, period: str) -> None:
    form = {"title": "通报", "audience": "internal", "period": period, "codes": [an_indicator()]}
    response = browser(hall.supervisor).post(at("bulletin_new"), form)
    assert response.status_code == 422
    assert not Bulletin.objects.exists()


def test_a_bulletin_goes_back_to_its_author_with_a_word(hall: Hall) -> None:
    row, other = submitted(hall), second_supervisor(hall)
    assert browser(other).post(at("bulletin_return", pk=row.pk), {"note": ""}).status_code == 422
    assert browser(other).post(at("bulletin_return", pk=row.pk), {"note": "补充原因"}).status_code == 302
    assert "补充原因" in browser(hall.supervisor).get(at("bulletin", pk=row.pk)).content.decode()


def sampled(hall: Hall) -> None:
    closings(hall, 3)
    at = MONDAY + timedelta(days=30)
    closure_checks.take(department=hall.department, period=OCTOBER, by=hall.supervisor, at=at)


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("patrols_export", found),
        ("rectifications_export", found),
        ("bulletins_export", published),
        ("complaints_export", decided),
        ("checks_export", sampled),
    ],
)
def test_every_list_leaves_the_house_with_a_trail(hall: Hall, name: str, made: Any) -> None:
    made(hall)
    client = browser(hall.supervisor)
    asked = client.get(at(name), {"center": hall.center.name}).content.decode()
    assert f'href="{at(name).removesuffix("export/")}?center=' in asked, (
        "the way back is to the list as it was filtered"
    )
    response = client.post(at(name), {"purpose": "季度汇总", "form": "xlsx"})
    assert response.status_code == 200
    assert b"".join(response.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
    assert Event.objects.get(kind="exports.taken").data["rows"] == 1


def test_the_figures_of_a_bulletin_leave_with_their_definitions(hall: Hall) -> None:
    row = drafted(hall)
    response = browser(hall.supervisor).post(at("bulletin_export", pk=row.pk), {"purpose": "上报", "form": "xlsx"})
    assert response.status_code == 200
    b"".join(response.streaming_content)  # type: ignore[attr-defined]


def said(hall: Hall, client: Client, **facts: Any) -> dict[str, Any]:
    key = re.search(r'name="form_key" value="([^"]+)"', client.get(at("complaint_public_new")).content.decode())
    assert key is not None
    return {"form_key": key[1], "center": hall.center.name, "text": "态度生硬", "contact": "13800000000", **facts}


def test_the_public_complains_without_an_account_and_finds_the_answer(hall: Hall) -> None:
    client = browser()
    body = said(hall, client)
    page = client.post(at("complaint_public_new"), body).content.decode()
    number, code = re.findall(r'class="code-once">([^<]+)<', page)
    again = client.post(at("complaint_public_new"), body).content.decode()
    assert code in again, "a second press shows the same number and code"
    assert Complaint.objects.get().number == number
    answer = client.post(at("complaint_lookup"), {"number": number, "code": code.lower()})
    assert answer.status_code == 200
    assert "正在决定是否受理" in answer.content.decode()
    assert (answer["X-Robots-Tag"], "no-store" in answer["Cache-Control"]) == ("noindex", True)


def test_nobody_finds_an_answer_by_guessing(hall: Hall) -> None:
    row, client = received(hall), browser()
    for number in (row.number, "1303020012-TS-2026-99999", "\x00x", "无"):
        response = client.post(at("complaint_lookup"), {"number": number, "code": "222222222"})
        assert response.status_code == 422
    assert client.get(at("complaint_numbered", number=row.number)).status_code == 200


def test_after_many_tries_even_the_right_code_waits(hall: Hall) -> None:
    client = browser()
    page = client.post(at("complaint_public_new"), said(hall, client)).content.decode()
    number, code = re.findall(r'class="code-once">([^<]+)<', page)
    for _ in range(10):
        client.post(at("complaint_lookup"), {"number": number, "code": "222222222"})
    assert client.post(at("complaint_lookup"), {"number": number, "code": code}).status_code == 422


def test_a_flood_of_complaints_is_held_back_and_loses_nothing(hall: Hall) -> None:
    client = browser()
    for _ in range(20):
        assert client.post(at("complaint_public_new"), said(hall, client)).status_code == 200
    held = client.post(at("complaint_public_new"), said(hall, client, text="第二十一件"))
    assert held.status_code == 422
    assert "第二十一件" in held.content.decode()
    assert Complaint.objects.count() == 20


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"text": ""}, "请填写发生了什么。"),
        ({"center": "没有的中心"}, "没有找到这个中心"),
        ({"text": "字" * 2001}, "最多 2000 个字"),
        ({"happened_on": "2999-01-01"}, "发生日期不能晚于今天"),
        ({"contact": "1\x00"}, "不能保存的字符"),
    ],
)
def test_what_is_wrong_with_a_complaint_is_said(hall: Hall, facts: dict[str, str], sentence: str) -> None:
    client = browser()
    response = client.post(at("complaint_public_new"), said(hall, client, **facts))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Complaint.objects.exists()


def test_a_complaint_is_registered_at_the_desk(hall: Hall) -> None:
    response = browser(hall.supervisor).post(at("complaint_new"), {"channel": "phone", "text": "电话里说的"})
    assert "code-once" in response.content.decode()
    assert Complaint.objects.get().received_by == hall.supervisor


def test_a_complaint_is_handled_to_its_end_on_the_pages(hall: Hall) -> None:
    row, boss, chief = (
        received(hall, at=timezone.now() - timedelta(minutes=1)),
        browser(hall.supervisor),
        browser(hall.chief),
    )
    given = {"department": hall.department.pk, "staff": hall.clerk.staff_id, "investigator": hall.chief.staff_id}
    assert boss.post(at("complaint_act", pk=row.pk, deed="accept"), given).status_code == 302
    assert chief.post(at("complaint_act", pk=row.pk, deed="report"), {"report": "属实"}).status_code == 302
    verdict = {"verdict": "upheld", "reason": "录像", "answer": "致歉"}
    assert boss.post(at("complaint_act", pk=row.pk, deed="decide"), verdict).status_code == 302
    assert (
        browser(hall.clerk).post(at("complaint_act", pk=row.pk, deed="object"), {"objection": "不服"}).status_code
        == 302
    )
    assert boss.post(at("complaint_act", pk=row.pk, deed="review"), verdict).status_code == 403
    other = browser(second_supervisor(hall))
    changed = {**verdict, "verdict": "not_upheld", "answer": ""}
    assert other.post(at("complaint_act", pk=row.pk, deed="review"), changed).status_code == 302
    row.refresh_from_db()
    assert row.outcome == "not_upheld"


def test_who_sees_which_part_of_a_complaint(hall: Hall) -> None:
    row = decided(hall)
    shown = {user: browser(user).get(at("complaint", pk=row.pk)) for user in (hall.supervisor, hall.chief, hall.clerk)}
    text = {user: response.content.decode() for user, response in shown.items()}
    assert ["态度生硬" in page for page in text.values()] == [True, True, False]
    assert not any("13800000000" in page for page in text.values())
    assert all("录像为证" in page for page in text.values()), "the reason of the verdict is for all three"
    assert browser(hall.other_clerk).get(at("complaint", pk=row.pk)).status_code == 404


def test_how_to_reach_the_complainant_is_shown_with_a_trail(hall: Hall) -> None:
    row = decided(hall)
    assert "13800000000" in browser(hall.supervisor).post(at("complaint_contact", pk=row.pk)).content.decode()
    event = Event.objects.get(kind="complaint.contact_seen")
    assert (event.actor_id, "138" in str(event.data["number"])) == (hall.supervisor.pk, False)
    for user in (hall.chief, hall.clerk):
        assert browser(user).post(at("complaint_contact", pk=row.pk)).status_code == 403


@pytest.mark.parametrize("made", [assigned, reported, decided])
def test_a_deed_out_of_turn_is_refused(hall: Hall, made: Any) -> None:
    row = made(hall)
    response = browser(hall.supervisor).post(at("complaint_act", pk=row.pk, deed="accept"), {})
    assert response.status_code == 403


def test_a_sample_is_drawn_judged_and_carded(hall: Hall) -> None:
    last = timezone.localtime().replace(day=1, hour=12, minute=0) - timedelta(days=20)
    closings(hall, 10, minutes=1, at=last)
    client = browser(hall.supervisor)
    form = {"department": hall.department.pk, "period": f"{last:%Y-%m}"}
    assert client.post(at("check_new"), form).status_code == 302
    assert client.post(at("check_new"), form).status_code == 422
    sample, item = ClosureSample.objects.get(), ClosureItem.objects.get()
    page = client.get(at("check", pk=sample.pk), {"verify": "1"}).content.decode()
    assert "抽到的是同样的件" in page
    assert sample.seed in page
    url = at("check_item", pk=item.pk)
    assert "前后几分钟办结" in client.get(url).content.decode()
    assert client.post(url, {"verdict": "backdated"}).status_code == 422
    assert client.post(url, {"verdict": "backdated", "reason": "录像显示次日才办"}).status_code == 302
    client.post(at("check_card", pk=item.pk))
    client.post(at("check_card", pk=item.pk))
    assert Card.objects.get().docket == item.docket
    exported = client.post(at("check_export", pk=sample.pk), {"purpose": "上报", "form": "xlsx"})
    assert b"".join(exported.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]


@pytest.mark.parametrize("period", ["2026-Q3", "2026", "上月", ""])
def test_a_sample_is_of_one_month(hall: Hall, period: str) -> None:
    response = browser(hall.supervisor).post(at("check_new"), {"department": hall.department.pk, "period": period})
    assert response.status_code == 422


def test_a_page_of_another_house_is_not_there(hall: Hall) -> None:
    stranger = browser(Hall().supervisor)
    closings(hall, 3)
    sample = closure_checks.take(
        department=hall.department, period=OCTOBER, by=hall.supervisor, at=MONDAY + timedelta(days=30)
    )
    for name, row in (
        ("patrol", begun(hall)),
        ("bulletin", drafted(hall)),
        ("complaint", received(hall)),
        ("check", sample),
    ):
        assert stranger.get(at(name, pk=row.pk)).status_code == 404, name


def test_problems_are_told_on_the_page_of_a_finished_round(hall: Hall) -> None:
    row = found(hall, seen=problem(text="柜台无人"))
    page = browser(hall.auditor).get(at("patrol", pk=row.patrol_id)).content.decode()
    assert "柜台无人" in page
    assert at("rectification", pk=row.rectification.pk) in page
