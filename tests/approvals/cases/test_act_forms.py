"""The forms of deeds: what they offer, what they hand to the action, what they refuse."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from approvals.cases import actions
from approvals.cases.enums import Channel, CorrectableField, MaterialState
from approvals.cases.forms import acts, acts_materials, acts_review
from approvals.cases.models import Case
from approvals.cases.situations import Situation, visible_case
from approvals.catalogue.models import PauseGround, Regime
from hall.access.enums import Role
from hall.access.models import User
from hall.facts.errors import Refused
from tests.builders import (
    accepted_case,
    identity_number,
    make_case,
    make_item_version,
    make_staff,
    make_user,
    moment,
)

pytestmark = pytest.mark.django_db
AT = "2026-04-14 09:00"


def form(cls: type[acts.ActForm], user: User, case: Case, data: dict[str, Any] | None = None, at: str = AT) -> Any:
    situation = Situation(visible_case(user, case.docket), user, moment(at))
    if data is None:
        return cls(situation=situation)
    query = QueryDict(mutable=True)
    for key, value in {"version": case.version, **data}.items():
        query.setlist(key, value if isinstance(value, list) else [value])
    return cls(query, situation=situation)


def facts(cls: type[acts.ActForm], user: User, case: Case, data: dict[str, Any]) -> dict[str, Any]:
    filled = form(cls, user, case, data)
    assert filled.is_valid(), filled.errors
    return filled.facts()


def choices(filled: Any, name: str) -> list[str]:
    return [label for _, label in filled.fields[name].choices]


# --- what all of them have --------------------------------------------------------------------------------------------


def test_a_form_carries_the_version_its_person_sees(hall):
    case = accepted_case(hall)
    assert form(acts.BareForm, hall.clerk, case)["version"].value() == case.version


@pytest.mark.parametrize(("sent", "seen"), [("3", 3), ("", None), ("x", None), ("９", None), ("1" * 12, None)])
def test_the_version_that_came_back(hall, sent, seen):
    assert form(acts.BareForm, hall.clerk, make_case(hall), {"version": sent}).seen == seen


def test_a_sentence_goes_to_its_field_or_to_the_whole(hall):
    filled = form(acts.ReasonForm, hall.clerk, make_case(hall), {"reason": "甲"})
    assert filled.is_valid()
    filled.refuse(Refused("请重写理由。", field="reason"))
    filled.refuse(Refused("办件变了。"))
    filled.refuse(Refused("别处错了。", field="no_such_field"))
    assert filled.errors == {"reason": ["请重写理由。"], "__all__": ["办件变了。", "别处错了。"]}


@pytest.mark.parametrize("text", ["13800000000", "138-0000-0000", identity_number(3), "请打 +86 13912345678 联系"])
def test_reasons_hold_no_personal_numbers(text):
    with pytest.raises(ValidationError):
        acts.no_numbers(f"理由：{text}")


@pytest.mark.parametrize("text", ["依据行政许可法第三十二条", "文号 130302-受-2026-00412", "2026年4月13日", ""])
def test_reasons_hold_articles_and_document_numbers(text):
    assert acts.no_numbers(text) is None


def test_refusing_hands_over_the_right_organ(hall):
    data = {"reason": "省级实施", "organ_name": "省药监局", "organ_address": "", "organ_phone": "0311-0000000"}
    organ = {"name": "省药监局", "address": "", "phone": "0311-0000000"}
    assert facts(acts.RefuseForm, hall.clerk, make_case(hall), data) == {"reason": "省级实施", "competent_organ": organ}


# --- materials --------------------------------------------------------------------------------------------------------


def test_only_what_may_follow_and_is_missing_can_be_promised(hall):
    version = make_item_version(hall.department, deferrable=("验资报告", "场地证明"))
    offered = choices(form(acts_materials.PromiseForm, hall.clerk, make_case(hall, version)), "deferred")
    assert [label.split("　")[0] for label in offered] == ["验资报告", "场地证明"]


def test_all_that_may_follow_is_ticked_beforehand(hall):
    version = make_item_version(hall.department, deferrable=("验资报告",))
    blank = form(acts_materials.PromiseForm, hall.clerk, make_case(hall, version))
    assert blank["deferred"].value() == [version.materials.last().pk]


def test_a_supplement_lists_what_is_open_and_nothing_else(hall):
    case = make_case(hall, complete=False)
    first = case.version_filed.materials.first()
    came = actions.MaterialFacts(material=first, state=MaterialState.RECEIVED)
    case = actions.receive_material(case, [came], by=hall.clerk, at=moment("2026-04-13 11:00"))
    offered = choices(form(acts_materials.SupplementForm, hall.clerk, case), "received")
    assert [label.split("　")[0] for label in offered] == ["营业执照复印件"]


def test_a_faulty_material_is_still_open(hall):
    case = make_case(hall)
    first = case.version_filed.materials.first()
    bad = actions.MaterialFacts(material=first, state=MaterialState.FAULTY, note="缺公章")
    case = actions.receive_material(case, [bad], by=hall.clerk, at=moment("2026-04-13 11:00"))
    row = form(acts_materials.NoticeForm, hall.clerk, case).first_rows()[0]
    assert (row["name"], row["problem"], row["requirement"]) == ("申请书", "缺公章", "")


@pytest.mark.parametrize(("answer", "complete"), [("yes", True), ("no", False)])
def test_the_answer_to_complete_is_a_truth_value(hall, answer, complete):
    case = make_case(hall, complete=False)
    ids = [m.pk for m in case.version_filed.materials.all()]
    data = {"received": [str(pk) for pk in ids], "complete": answer}
    assert facts(acts_materials.SupplementForm, hall.clerk, case, data) == {"received": ids, "complete": complete}


def test_empty_rows_of_a_notice_do_not_count(hall):
    data = {"rows-TOTAL_FORMS": "3", "rows-INITIAL_FORMS": "0", "rows-1-name": "甲", "rows-1-requirement": "补甲"}
    sent = facts(acts_materials.NoticeForm, hall.clerk, make_case(hall, complete=False), data)
    assert sent == {"items": [{"name": "甲", "problem": "", "requirement": "补甲"}], "reason": ""}


@pytest.mark.parametrize("total", ["", "x", "-1", "100000"])
def test_a_broken_table_of_rows_is_refused(hall, total):
    data = {"rows-TOTAL_FORMS": total, "rows-INITIAL_FORMS": "0"}
    assert not form(acts_materials.NoticeForm, hall.clerk, make_case(hall, complete=False), data).is_valid()


def test_every_error_of_a_row_is_in_the_summary(hall):
    data = {"rows-TOTAL_FORMS": "1", "rows-INITIAL_FORMS": "0", "rows-0-name": "长" * 101}
    filled = form(acts_materials.NoticeForm, hall.clerk, make_case(hall, complete=False), data)
    assert not filled.is_valid()
    assert [link.target for link in filled.error_links] == ["id_rows-0-name", "id_rows-0-requirement"]


def test_lines_without_a_new_state_stay_as_they_are(hall):
    case = make_case(hall)
    ids = [m.pk for m in case.version_filed.materials.all()]
    data = {"rows-TOTAL_FORMS": "2", "rows-INITIAL_FORMS": "2", "rows-0-material": ids[0], "rows-1-material": ids[1]}
    data |= {"rows-1-state": "waived", "rows-1-copies": "", "rows-1-note": "已联网核验"}
    sent = facts(acts_materials.MaterialsForm, hall.clerk, case, data)["facts"]
    assert [(f.material.pk, f.state, f.copies, f.note) for f in sent] == [(ids[1], "waived", 1, "已联网核验")]


# --- review -----------------------------------------------------------------------------------------------------------


def test_grounds_are_those_of_the_regime_with_their_law(hall):
    offered = choices(form(acts_review.PauseForm, hall.approver, accepted_case(hall)), "ground")
    assert len(offered) == Regime.objects.get(code="licensing-law").pause_grounds.count() == 8
    assert all("第四十五条" in label for label in offered)


def test_a_ground_without_a_law_says_that_it_stops_the_promise_only(hall):
    regime = Regime.objects.create(
        code="own", name="本地办法", statute="本地办法", effective_from="2020-01-01", source="演示"
    )
    PauseGround.objects.create(regime=regime, code="own", name="内部会商", position=99)
    version = make_item_version(hall.department, regime=regime.code)
    offered = choices(form(acts_review.PauseForm, hall.approver, accepted_case(hall, version)), "ground")
    assert offered[-1] == "内部会商　没有法律条文，只停承诺，不停法定期限"


def test_an_open_ground_is_resumed_not_paused_again(hall):
    case = actions.pause(
        accepted_case(hall), by=hall.approver, at=moment("2026-04-14 08:00"), ground=hall.ground(), notified_days=3,
        reason="评审",
    )  # fmt: skip
    again = choices(form(acts_review.PauseForm, hall.approver, case), "ground")
    resumed = form(acts_review.ResumeForm, hall.approver, case)
    assert not [label for label in again if label.startswith("专家评审")]
    assert [label.split("　")[0] for label in choices(resumed, "ground")] == ["专家评审"]
    assert resumed["ground"].value() == hall.ground().pk


def test_the_action_gets_the_ground_itself(hall):
    data = {"ground": hall.ground().pk, "notified_days": "3", "reason": "评审"}
    sent = facts(acts_review.PauseForm, hall.approver, accepted_case(hall), data)
    assert sent == {"ground": hall.ground(), "notified_days": 3, "reason": "评审"}


def test_who_has_left_is_no_longer_offered(hall):
    gone = make_staff(hall.department, left_on="2026-04-01")
    offered = form(acts_review.InspectForm, hall.approver, accepted_case(hall)).fields["second"].queryset
    assert gone not in offered
    assert hall.second.staff in offered


def test_a_comprehensive_window_may_take_a_case(hall):
    at_window = make_user(staff=make_staff(center=hall.center)).staff
    assert at_window in form(acts_review.HandOverForm, hall.clerk, accepted_case(hall)).fields["to"].queryset


def test_who_works_on_no_case_is_not_offered_one(hall):
    watcher = make_user(Role.SUPERVISOR, staff=make_staff(center=hall.center)).staff
    assert watcher not in form(acts_review.HandOverForm, hall.clerk, accepted_case(hall)).fields["to"].queryset


def test_one_cannot_inspect_before_the_application_came(hall):
    data = {"first": hall.approver.staff_id, "second": hall.second.staff_id, "passed": "yes", "finding": "一致"}
    filled = form(
        acts_review.InspectForm, hall.approver, accepted_case(hall), {**data, "inspected_at": "2026-04-01T09:00"}
    )
    assert filled.errors["inspected_at"] == ["核查时间早于收件，请核对。"]


def test_no_decision_is_chosen_beforehand(hall):
    blank = form(acts_review.DecideForm, hall.approver, accepted_case(hall))
    assert (blank["granted"].value(), blank["result"].value()) == (None, "测试许可证")


@pytest.mark.parametrize(
    ("field", "typed", "meant"),
    [
        ("channel", "邮寄", Channel.POST),
        ("phone", "138 0000 0001", "13800000001"),
        ("identity", f" {identity_number(8).lower()} ", identity_number(8)),
        ("name", " 张晓明 ", "张晓明"),
        ("received_at", "2026-04-12 09:30", "2026-04-12 09:30"),
    ],
)
def test_the_right_value_is_stored_as_it_would_have_been_at_filing(hall, field, typed, meant):
    data = {"field": field, "value": typed, "reason": "录错"}
    assert facts(acts_review.CorrectionForm, hall.clerk, accepted_case(hall), data)["value"] == meant


def test_only_what_can_be_wrong_is_offered(hall):
    fresh = {
        value for value, _ in form(acts_review.CorrectionForm, hall.clerk, make_case(hall)).fields["field"].choices
    }
    assert not fresh & {"accepted_at", "deemed_acceptance", "lapse"}
    case = make_case(hall)
    actions.deem_accepted(case, at=moment("2026-04-25 00:10"))
    deemed = form(acts_review.CorrectionForm, hall.clerk, Case.objects.get(pk=case.pk), at="2026-04-25 09:00")
    assert "deemed_acceptance" in {value for value, _ in deemed.fields["field"].choices}


def test_what_is_under_review_is_not_proposed_again(hall):
    case = accepted_case(hall)
    at = moment("2026-04-14 08:00")
    actions.propose_correction(case, by=hall.clerk, at=at, field=CorrectableField.CHANNEL, value="post", reason="录错")
    case = Case.objects.get(pk=case.pk)
    assert "channel" not in {v for v, _ in form(acts_review.CorrectionForm, hall.clerk, case).fields["field"].choices}


def test_ones_own_proposal_is_not_ones_to_review(hall):
    case = accepted_case(hall)
    at = moment("2026-04-14 08:00")
    actions.propose_correction(case, by=hall.approver, at=at, field=CorrectableField.CHANNEL, value="post", reason="错")
    case = Case.objects.get(pk=case.pk)
    assert form(acts_review.ReviewCorrectionForm, hall.approver, case).fields["correction"].choices == []
    assert len(form(acts_review.ReviewCorrectionForm, hall.second, case).fields["correction"].choices) == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        (CorrectableField.CHANNEL, "post", "邮寄"),
        (CorrectableField.CHANNEL, "pigeon", "pigeon"),
        (CorrectableField.RECEIVED_AT, "2026-04-13T10:08:00+08:00", "2026-04-13 10:08"),
        (CorrectableField.SUMMARY, "", "空"),
        (CorrectableField.NAME, "张三", "张三"),
    ],
)
def test_values_are_said_as_people_say_them(field, value, said):
    assert acts_review.in_words(field, value) == said


@pytest.mark.parametrize(("answer", "agreed"), [("yes", True), ("no", False)])
def test_the_second_persons_answer_is_a_truth_value(hall, answer, agreed):
    case = actions.propose_return(accepted_case(hall), by=hall.clerk, at=moment("2026-04-14 08:00"), reason="重复")
    sent = facts(acts_review.ReviewReturnForm, hall.approver, case, {"agreed": answer, "opinion": "已核"})
    assert sent == {"agreed": agreed, "opinion": "已核"}
