"""The citizen's look-up: one answer for every failure, limits, and a page without anything it should not show."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from approvals.cases import actions, codes
from approvals.cases.views.lookup import FAILED
from tests.builders import accepted_case, make_case, make_item_version, moment, person

pytestmark = pytest.mark.django_db
URL = "/lookup/"


@pytest.fixture
def case(hall):
    return make_case(hall, applicant=person("张小明", identity="130302199003070012", phone="13812345678"))


def look(client, docket, code):
    return client.post(URL, {"docket": docket, "code": code})


def code_of(case):
    return codes.pending(case, at=moment("2026-04-13 11:00"))


def without_tokens(response, *typed):
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    for word in typed:
        text = text.replace(word, "")
    return text


def test_form_is_there(client):
    assert client.get(URL).status_code == 200


def test_number_and_code_open_the_page(client, case):
    response = look(client, case.docket, code_of(case))
    assert response.status_code == 200
    assert "已经收件" in response.content.decode()


@pytest.mark.parametrize("shape", [lambda c: c.lower(), lambda c: f"{c[:3]} {c[3:6]}-{c[6:]}"])
def test_code_is_read_as_people_type_it(client, case, shape):
    assert look(client, case.docket, shape(code_of(case))).status_code == 200


def test_number_is_read_grouped(client, case):
    d = case.docket
    typed = f"{d[:6]}-{d[6:10]}-{d[10:18]}-{d[18:23]}-{d[23]}"
    assert look(client, typed, code_of(case)).status_code == 200


def test_wrong_code_and_unknown_number_get_the_same_bytes(client, case):
    unknown = "130302001220260413999990"
    wrong = look(client, case.docket, "AAAAAAAAA")
    missing = look(client, unknown, "AAAAAAAAA")
    assert (wrong.status_code, missing.status_code) == (422, 422)
    assert without_tokens(wrong, case.docket) == without_tokens(missing, unknown)


def test_too_many_tries_answer_like_a_wrong_code(client, case):
    for _ in range(10):
        look(client, case.docket, "AAAAAAAAA")
    response = look(client, case.docket, code_of(case))
    assert response.status_code == 422
    assert FAILED in response.content.decode()


def test_forged_forwarding_header_does_not_escape_the_limit(case):
    for number in range(61):
        Client(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=f"1.2.3.{number}").post(
            URL, {"docket": f"13030200122026041300{number:03d}0", "code": "AAAAAAAAA"}
        )
    response = look(Client(REMOTE_ADDR="10.0.0.1"), case.docket, code_of(case))
    assert response.status_code == 422


def test_page_shows_no_identity_no_phone_and_a_masked_name(client, case):
    text = look(client, case.docket, code_of(case)).content.decode()
    assert "张小明" not in text
    assert "130302199003070012" not in text
    assert "13812345678" not in text
    assert code_of(case) not in text


def test_page_is_not_kept_or_indexed(client, case):
    response = look(client, case.docket, code_of(case))
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"


def test_code_in_the_address_is_ignored(client, case):
    response = client.get(URL, {"docket": case.docket, "code": code_of(case)})
    assert "已经收件" not in response.content.decode()


@pytest.mark.parametrize("field", ["docket", "code"])
def test_empty_field_gets_its_sentence(client, case, field):
    data = {"docket": case.docket, "code": code_of(case), field: ""}
    response = client.post(URL, data)
    assert response.status_code == 422
    assert "请填写" in response.content.decode()


def test_nul_byte_is_an_error_at_the_field(client):
    assert look(client, "1\x00", "AAAAAAAAA").status_code == 422


def test_old_code_stops_when_a_new_one_is_issued(client, hall, case):
    old = code_of(case)
    actions.renew_code(case, by=hall.clerk, at=moment("2026-04-13 11:00"), reason="凭证遗失")
    assert look(client, case.docket, old).status_code == 422
    assert look(client, case.docket, code_of(case)).status_code == 200


def test_code_works_after_the_clear_text_is_gone(client, hall, case):
    code = code_of(case)
    actions.confirm_printed(case, by=hall.clerk, at=moment("2026-04-13 11:00"))
    assert code_of(case) == ""
    assert look(client, case.docket, code).status_code == 200


def test_supplement_page_says_it_is_the_citizens_turn(client, hall, case):
    items = [{"name": "申请书", "problem": "未签名", "requirement": "补签名"}]
    actions.notify_supplement(case, by=hall.clerk, at=moment("2026-04-14 09:00"), items=items)
    text = look(client, case.docket, code_of(case)).content.decode()
    assert "现在轮到您" in text
    assert "申请书：补签名" in text


def test_query_count_does_not_grow_with_events(client, hall, case, django_assert_max_num_queries):
    code = code_of(case)
    with django_assert_max_num_queries(40):
        look(client, case.docket, code)


def test_address_of_the_page_is_the_one_on_the_receipt():
    assert reverse("cases:lookup") == URL


def test_t04_a_day_in_a_year_without_notice_is_told_as_expected(client, hall):
    """Forty working days from the middle of November end in a year whose holidays nobody has published."""
    at = moment("2026-11-16 10:00")
    case = accepted_case(hall, make_item_version(hall.department, promise=(40, "workday"), statute=None), at=at)
    text = look(client, case.docket, codes.pending(case, at=at)).content.decode()
    assert "日期是预计的，公布后会重新计算" in text
