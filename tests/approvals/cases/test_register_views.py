"""Filing at the window through the browser's eyes: one page, once, with the sentence at its field."""

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from approvals.cases import codes
from approvals.cases.models import Case, Party
from approvals.catalogue.enums import ServiceTarget
from hall.ledger import actions as ledger
from tests.builders import Hall, identity_number, make_case, make_department, make_item_version, moment, person

pytestmark = pytest.mark.django_db
URL = "/work/register/"


@pytest.fixture
def version(hall):
    return make_item_version(hall.department)


@pytest.fixture
def clerk(client, hall):
    client.force_login(hall.clerk)
    return client


def answers(version, **facts):
    lines = {f"m{m.pk}-state": "received" for m in version.materials.all()}
    return {
        "key": str(uuid.uuid4()),
        "kind": "person",
        "identity_kind": "resident",
        "identity": identity_number(),
        "name": "张小明",
        "phone": "13800000000",
        "channel": "window",
        **lines,
        **facts,
    }


def file(client, version, **facts):
    return client.post(f"{URL}?item={version.item.code}", answers(version, **facts))


def test_without_an_item_the_items_of_the_window_are_listed(clerk, version):
    assert version.name in clerk.get(URL).content.decode()


@pytest.mark.parametrize("typed", ["TEST", "csxk", "测试许可"])
def test_items_are_found_by_code_initials_or_name(clerk, version, typed):
    assert version.name in clerk.get(URL, {"item": typed}).content.decode()


def test_unknown_item_says_what_to_do(clerk, version):
    response = clerk.get(URL, {"item": "没有这个"})
    assert response.status_code == 404
    assert "请换个词" in response.content.decode()


def test_form_lists_every_material(clerk, version):
    text = clerk.get(URL, {"item": version.item.code}).content.decode()
    assert all(m.name in text for m in version.materials.all())


def test_the_hand_is_at_the_number_until_something_is_wrong(clerk, version):
    fresh, wrong = clerk.get(URL, {"item": version.item.code}), file(clerk, version, name="")
    held = [re.findall(r'<input[^>]*name="(\w+)"[^>]* autofocus', page.content.decode()) for page in (fresh, wrong)]
    assert held == [["identity"], []]


def test_the_hand_is_at_the_button_where_nothing_is_asked(clerk, hall, version):
    page = clerk.get(f"/work/cases/{make_case(hall, version=version).docket}/accept/").content.decode()
    assert '<button class="btn primary" autofocus>受理</button>' in page


def test_filing_leads_to_the_receipt(clerk, version):
    response = file(clerk, version)
    case = Case.objects.get()
    assert response.status_code == 302
    assert response["Location"] == reverse("cases:filed", args=[case.docket])


def test_same_form_twice_makes_one_case(clerk, version):
    data = answers(version)
    first = clerk.post(f"{URL}?item={version.item.code}", data)
    second = clerk.post(f"{URL}?item={version.item.code}", data)
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1


def test_n07_same_key_with_other_answers_is_refused(clerk, version):
    key = str(uuid.uuid4())
    file(clerk, version, key=key)
    response = file(clerk, version, key=key, name="李四")
    assert response.status_code == 409
    assert Case.objects.count() == 1


def test_n08_the_same_form_sent_again_the_next_day_gets_the_receipt_of_the_first(client, hall, version, time_machine):
    """The reply was lost on the way; the browser kept the form, and the nightly purge has run in between."""
    data, url = answers(version), f"{URL}?item={version.item.code}"
    time_machine.move_to(moment("2026-04-13 16:58"), tick=False)
    client.force_login(hall.clerk)
    first = client.post(url, data)
    time_machine.move_to(moment("2026-04-14 08:31"), tick=False)
    ledger.purge(moment("2026-04-14 08:31"))
    client.force_login(hall.clerk)
    assert client.post(url, data)["Location"] == first["Location"]
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"name": ""}, "请填写姓名或名称"),
        ({"identity": "130302199003070013"}, "身份证号码"),
        ({"phone": "1380000"}, "11位"),
        ({"identity_kind": "uscc"}, "不能用这种证件"),
        ({"by_proxy": "on"}, "请写明代理权限"),
        ({"received_at": "2026-04-01T09:00"}, "请写明理由"),
        ({"received_at": "2999-04-01T09:00", "backdate_reason": "补录"}, "不能晚于现在"),
        ({"received_at": "2026-04-01T09:00", "backdate_reason": "补录"}, "补录最多提前 3 天"),
        ({"channel": "online"}, "渠道"),
        ({"key": "not-a-uuid"}, ""),
        ({"name": "张\x00三"}, "不能保存的字符"),
        ({"name": "张" * 81}, "最多 80 个字"),
    ],
)
def test_bad_input_gets_a_sentence_and_files_nothing(clerk, version, facts, sentence):
    response = file(clerk, version, **facts)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Case.objects.exists()


def test_wrong_choice_on_a_material_line_is_refused(clerk, version):
    material = version.materials.first()
    response = file(clerk, version, **{f"m{material.pk}-state": "stolen"})
    assert response.status_code == 422


@pytest.mark.parametrize("target", [ServiceTarget.PERSON, ServiceTarget.ORGANISATION])
def test_only_those_the_guide_names_apply(clerk, hall, target):
    version = make_item_version(hall.department, target=target)
    response = file(clerk, version)
    assert response.status_code == (302 if target == ServiceTarget.PERSON else 422)
    assert Case.objects.exists() is (target == ServiceTarget.PERSON)


def test_organisation_needs_a_contact(clerk, hall):
    version = make_item_version(hall.department, target=ServiceTarget.ORGANISATION)
    facts = {"kind": "organisation", "identity_kind": "uscc", "identity": "911302007713500002"}
    assert "请填写联系人" in file(clerk, version, **facts).content.decode()


def test_likely_duplicate_is_shown_and_can_be_confirmed(clerk, hall, version):
    number = identity_number()
    make_case(hall, version, applicant=person(identity=number))
    shown = file(clerk, version, identity=number)
    assert shown.status_code == 422
    assert "可能是重复申请" in shown.content.decode()
    assert file(clerk, version, identity=number, confirm_duplicate="on").status_code == 302


def test_earlier_cases_can_be_looked_up_without_filing(clerk, hall, version):
    number = identity_number()
    earlier = make_case(hall, applicant=person(identity=number))
    response = file(clerk, version, identity=number, look="1")
    assert response.status_code == 200
    assert earlier.version_filed.name in response.content.decode()
    assert Case.objects.count() == 1


def test_personal_data_is_stored_only_encrypted(clerk, version):
    number = identity_number()
    file(clerk, version, identity=number)
    party = Party.objects.get()
    assert party.identity == number
    row = Party.objects.raw("SELECT id, identity || '' AS stored, name || '' AS shown FROM cases_party")[0]
    assert number not in row.stored
    assert "张小明" not in row.shown


def test_item_of_another_department_is_not_offered(clerk, hall):
    other = make_item_version(make_department(hall.center, "公安分局"))
    assert clerk.get(URL, {"item": other.item.code}).status_code == 404


def test_draft_takes_no_case(clerk, hall):
    draft = make_item_version(hall.department, publish=False)
    assert clerk.get(URL, {"item": draft.item.code}).status_code == 404


@pytest.mark.parametrize("who", ["approver", "supervisor", "admin", "auditor"])
def test_other_roles_do_not_file(client, hall, who):
    client.force_login(getattr(hall, who))
    assert client.get(URL).status_code == 403


def test_anonymous_is_sent_to_log_in(client):
    assert client.get(URL)["Location"].startswith("/login/")


def test_confirming_the_receipt_forgets_the_code(clerk, hall, version):
    file(clerk, version)
    case = Case.objects.get()
    response = clerk.post(reverse("cases:printed", args=[case.docket]))
    assert response.status_code == 302
    case.query_code.refresh_from_db()
    assert case.query_code.sealed == ""
    assert codes.pending(case, at=moment("2026-04-13 11:00")) == ""


def test_confirming_is_a_post(clerk, hall):
    case = make_case(hall)
    assert clerk.get(reverse("cases:printed", args=[case.docket])).status_code == 405


def test_filed_page_of_a_stranger_is_not_found(clerk):
    case = make_case(Hall())
    assert clerk.get(reverse("cases:filed", args=[case.docket])).status_code == 404


def test_filed_page_says_when_the_code_ran_out_unprinted(clerk, hall):
    case = make_case(hall)
    codes.forget_expired(at=moment("2026-04-15 10:00"))
    assert "请在办件页“换发查询码”" in clerk.get(reverse("cases:filed", args=[case.docket])).content.decode()


def test_filed_page_says_when_the_receipt_was_handed_out(clerk, hall):
    case = make_case(hall)
    clerk.post(reverse("cases:printed", args=[case.docket]))
    assert "收件凭证已经交付" in clerk.get(reverse("cases:filed", args=[case.docket])).content.decode()


PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def scan(version, content, name="scan.pdf"):
    return {f"m{version.materials.first().pk}-scan": SimpleUploadedFile(name, content)}


def test_scan_of_a_line_is_kept_with_its_material(clerk, version):
    assert file(clerk, version, **scan(version, PDF)).status_code == 302
    row = Case.objects.get().attachments.get()
    assert (row.material, row.content_type) == (version.materials.first(), "application/pdf")


def test_scan_is_judged_by_its_content_and_stops_the_filing(clerk, version):
    response = file(clerk, version, **scan(version, b"<script>alert(1)</script>"))
    assert response.status_code == 422
    assert not Case.objects.exists()


def test_same_form_twice_keeps_the_scan_once(clerk, version):
    key = str(uuid.uuid4())
    identity = identity_number()
    for _ in range(2):
        file(clerk, version, key=key, identity=identity, **scan(version, PDF))
    assert Case.objects.get().attachments.count() == 1
