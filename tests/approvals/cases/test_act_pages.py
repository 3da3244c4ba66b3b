"""What the page of a deed says before the button, and the ground it stands on."""

import pytest
from django.utils import timezone

from approvals.cases import actions
from approvals.cases.actions import MaterialFacts
from approvals.cases.enums import CaseState, MaterialState
from approvals.cases.models import Case
from approvals.catalogue.models import Regime
from hall.access.models import User
from tests.approvals.cases.acting import (
    as_user,
    corrected,
    deferrable,
    incomplete,
    materials_of,
    now,
    post,
    received,
    returning,
    reviewing,
    url,
)
from tests.builders import Hall, accepted_case, make_item_version

pytestmark = pytest.mark.django_db


def test_a_deed_of_another_state_leads_back_with_the_reason(hall):
    answer = as_user(hall.clerk).get(url(reviewing(hall), "accept"), follow=True)
    assert "现在不能办“受理”" in answer.content.decode()


def test_accepting_names_the_day_it_leads_to(hall):
    case = received(hall)
    told = as_user(hall.clerk).get(url(case, "accept")).context["consequence"]
    after = actions.accept(case, by=hall.clerk, at=timezone.now())
    due = after.clocks.get(clock="decision").due
    assert f"{due.month}月{due.day}日" in told


def test_extending_names_the_new_day(hall):
    case = reviewing(hall)
    told = as_user(hall.chief).get(url(case, "extend")).context["consequence"]
    actions.extend(case, by=hall.chief, at=timezone.now(), reason="案情复杂")
    due = case.clocks.get(clock="decision").statute_due
    assert f"法定到期日改为 {due.month}月{due.day}日" in told


def test_the_notice_begins_with_what_the_check_list_lacks(hall):
    case = incomplete(hall)
    rows = as_user(hall.clerk).get(url(case, "notify_supplement")).context["form"].rows
    assert [row.initial.get("name") for row in rows][:2] == ["申请书", "营业执照复印件"]


def test_a_notice_can_be_sent_as_it_is_prefilled(hall):
    case = incomplete(hall)
    rows = as_user(hall.clerk).get(url(case, "notify_supplement")).context["form"].rows
    data = {"rows-TOTAL_FORMS": rows.total_form_count(), "rows-INITIAL_FORMS": rows.initial_form_count()}
    for number, row in enumerate(rows):
        data |= {f"rows-{number}-{name}": row.initial.get(name, "") for name in ("name", "problem", "requirement")}
    post(hall.clerk, case, "notify_supplement", **data)
    assert [item["name"] for item in case.notices.get().items] == ["申请书", "营业执照复印件"]


def test_material_lines_are_recorded(hall):
    case = incomplete(hall)
    ids = materials_of(case)
    rows = {"rows-TOTAL_FORMS": 2, "rows-INITIAL_FORMS": 2}
    rows |= {"rows-0-material": ids[0], "rows-0-state": "faulty", "rows-0-note": "缺签名"}
    rows |= {"rows-1-material": ids[1], "rows-1-state": "received", "rows-1-copies": 2, "rows-1-original_checked": "on"}
    post(hall.clerk, case, "receive_material", **rows)
    found = list(
        case.materials.order_by("material__position").values_list("state", "copies", "original_checked", "note")
    )
    assert found == [("faulty", 1, False, "缺签名"), ("received", 2, True, "")]


def test_a_foreign_material_is_ignored(hall):
    case, other = incomplete(hall), make_item_version(hall.department)
    rows = {"rows-TOTAL_FORMS": 2, "rows-INITIAL_FORMS": 2, "rows-0-material": other.materials.first().pk}
    rows |= {"rows-0-state": "received", "rows-1-material": materials_of(case)[1], "rows-1-state": "received"}
    post(hall.clerk, case, "receive_material", **rows)
    assert not case.materials.filter(material__version=other).exists()


def test_the_second_person_sees_both_values(hall):
    text = as_user(hall.approver).get(url(corrected(hall), "review_correction")).content.decode()
    assert "由“窗口”改为“邮寄”" in text


def test_only_colleagues_can_take_a_case(hall):
    stranger = Hall().clerk
    form = as_user(hall.clerk).get(url(reviewing(hall), "hand_over")).context["form"]
    offered = set(form.fields["to"].queryset.values_list("pk", flat=True))
    assert hall.other_clerk.staff_id in offered
    assert not {stranger.staff_id, hall.clerk.staff_id} & offered


def test_denying_writes_reasons_into_the_decision(hall):
    case = reviewing(hall)
    post(hall.approver, case, "decide", granted="no", reason="布局不符\n没有专业人员")
    after = Case.objects.get(pk=case.pk)
    assert (after.state, after.decision_reason) == (CaseState.DENIED, "布局不符\n没有专业人员")


def test_not_agreeing_to_a_return_puts_the_case_back(hall):
    case = returning(hall)
    post(hall.approver, case, "review_return", agreed="no", opinion="理由不成立")
    assert Case.objects.get(pk=case.pk).state == CaseState.REVIEWING


def test_a_promised_material_is_ticked_off(hall):
    case = deferrable(hall)
    last = materials_of(case)[-1]
    case = actions.accept_with_promise(case, by=hall.clerk, at=now(), deferred=[last])
    material = case.version_filed.materials.get(pk=last)
    actions.receive_material(
        case, [MaterialFacts(material=material, state=MaterialState.RECEIVED)], by=hall.clerk, at=now()
    )
    case = Case.objects.get(pk=case.pk)
    assert post(hall.approver, case, "decide", granted="yes").status_code == 302


def test_a_new_code_leads_to_the_receipt(hall):
    case = reviewing(hall)
    answer = post(hall.clerk, case, "renew_code", reason="凭证遗失，已核对身份证")
    assert answer["Location"] == f"/work/cases/{case.docket}/filed/"


# --- the ground it stands on ------------------------------------------------------------------------------------------


def ground(user: User, case: Case, name: str) -> str:
    return str(as_user(user).get(url(case, name)).context["ground"])


def test_an_item_under_the_licensing_law_cites_it(hall):
    assert ground(hall.chief, reviewing(hall), "extend") == "行政许可法第四十二条第一款"


def test_an_item_under_no_statute_cites_no_licensing_law(hall):
    case = accepted_case(hall, make_item_version(hall.department, regime=None), at=now())
    assert ground(hall.approver, case, "decide") == ""
    assert ground(hall.clerk, case, "hand_over") == "首问负责、职位代理制度"


def test_an_item_under_another_statute_cites_its_own_article(hall):
    other = Regime.objects.create(
        code="water", name="取水许可条例", statute="取水许可和水资源费征收管理条例", effective_from="2006-04-15",
        source="国务院令第460号", decision_article="第十九条", notice_limit_count=5, notice_limit_unit="workday",
    )  # fmt: skip
    version = make_item_version(hall.department, regime=other.code)
    case = accepted_case(hall, version, at=now())
    assert ground(hall.approver, case, "decide") == "取水许可和水资源费征收管理条例第十九条"


@pytest.mark.parametrize("name", ["pause", "decide"])
def test_deeds_about_the_limit_show_its_ruler(hall, name):
    assert 'class="ruler' in as_user(hall.approver).get(url(reviewing(hall), name)).content.decode()
