"""Official documents: what stands in them, that they never change, and that data stay data."""

import io
import re
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from approvals.cases import typesetting
from approvals.cases.enums import DocumentKind
from hall.exports import glyphs
from tests.approvals.cases.papers import ADDRESS, OWN, REMEDIES, paper


def render(kind: str, **changes: Any) -> bytes:
    return typesetting.render(kind, 1, paper(kind, **changes))


def text_of(pdf: bytes) -> str:
    """The text without white space: typst puts thin spaces between Hanzi and digits, and tables break lines."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def text(kind: str, **changes: Any) -> str:
    return text_of(render(kind, **changes))


def pages(pdf: bytes) -> int:
    return len(PdfReader(io.BytesIO(pdf)).pages)


# --- every kind -----------------------------------------------------------------------------------------------------


def test_every_kind_of_document_has_a_template() -> None:
    assert set(DocumentKind.values) <= set(typesetting.REQUIRED)


@pytest.mark.parametrize("kind", sorted(typesetting.REQUIRED))
def test_each_kind_renders_on_one_page_with_its_number(kind: str) -> None:
    pdf = render(kind)
    assert pdf.startswith(b"%PDF-")
    assert pages(pdf) == 1
    assert "130302-受-2026-00412" in text_of(pdf)


@pytest.mark.parametrize("kind", sorted(typesetting.REQUIRED))
def test_the_same_data_give_the_same_bytes(kind: str) -> None:
    assert render(kind) == render(kind)


@pytest.mark.parametrize("kind", sorted(typesetting.REQUIRED))
def test_each_kind_is_archivable(kind: str) -> None:
    metadata = PdfReader(io.BytesIO(render(kind))).xmp_metadata
    assert metadata is not None
    assert "pdfaid:part>2<" in metadata.rdf_root.toxml()


@pytest.mark.parametrize("kind", sorted(typesetting.REQUIRED))
def test_a_missing_key_is_named(kind: str) -> None:
    for key in typesetting.REQUIRED[kind]:
        data = paper(kind)
        del data[key]
        with pytest.raises(typesetting.TypesettingError, match=rf"{kind}: missing .*{key}"):
            typesetting.render(kind, 1, data)


@pytest.mark.parametrize("kind", sorted(set(typesetting.REQUIRED) - {"clock_explanation", "application_form"}))
def test_each_letter_leaves_room_for_the_seal_and_carries_its_date(kind: str) -> None:
    assert "某区行政审批局（专用印章）2026年4月13日" in text(kind)


def test_bytes_do_not_depend_on_what_was_set_before() -> None:
    before = render("acceptance")
    for kind in OWN:
        render(kind)
    assert render("acceptance") == before


def test_bytes_do_not_depend_on_the_order_of_keys() -> None:
    data = paper("acceptance")
    assert typesetting.render("acceptance", 1, dict(reversed(data.items()))) == typesetting.render(
        "acceptance", 1, data
    )


def test_threads_share_the_compiler() -> None:
    expected = {kind: render(kind) for kind in OWN}
    wrong: list[str] = []

    def work(kind: str) -> None:
        wrong.extend(kind for _ in range(5) if render(kind) != expected[kind])

    threads = [threading.Thread(target=work, args=(kind,)) for kind in OWN]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


# --- what each says -------------------------------------------------------------------------------------------------


def test_the_receipt_prints_the_code_it_is_given() -> None:
    assert "K7QM-3XW9-2H" in text("receipt", query_code="K7QM-3XW9-2H")


def test_the_receipt_without_a_code_does_not_mention_one_to_keep() -> None:
    assert "请妥善保管" not in text("receipt")


def test_the_receipt_names_the_look_up_page_and_the_moment_of_receipt() -> None:
    said = text("receipt")
    assert ADDRESS in said
    assert "2026年4月13日9:05收到" in said


def test_deemed_acceptance_says_why() -> None:
    assert "未在规定期限内一次告知" in text("acceptance", deemed=True)
    assert "未在规定期限内一次告知" not in text("acceptance")


def test_t04_a_provisional_due_date_is_marked() -> None:
    assert "预计：放假安排公布后可能调整" in text("acceptance", provisional=True)
    assert "预计" not in text("acceptance")


def test_deferred_materials_stand_in_the_acceptance() -> None:
    said = text("acceptance", deferred=[{"name": "健康证明", "copies": 1}], deferred_due="2026-04-20")
    assert "请于2026年4月20日前补齐" in said
    assert "健康证明" in said


def test_the_notice_lists_problem_and_requirement() -> None:
    said = text("supplement_notice")
    assert "缺处置方案" in said
    assert "补交处置方案" in said


def test_a_second_notice_gives_its_reason() -> None:
    assert "再次告知的原因：材料内容变化。" in text("supplement_notice", second_reason="材料内容变化。")


def test_refusal_names_the_right_organ_and_the_remedies() -> None:
    said = text("refusal")
    assert "省药品监督管理局" in said
    assert "60日内，依照《中华人民共和国行政复议法》第二十条，向某区人民政府申请行政复议" in said


@pytest.mark.parametrize("kind", ["refusal", "decision_deny"])
def test_limits_of_remedies_come_from_the_data(kind: str) -> None:
    said = text(kind, remedies={**REMEDIES, "review_within": "99日", "lawsuit_within": "7个月"})
    assert "99日内" in said
    assert "7个月内" in said
    assert "60日" not in said


def test_a_denial_numbers_several_reasons_and_not_a_single_one() -> None:
    assert "（2）没有专业技术人员。" in text("decision_deny")
    assert "理由：只有一条。" in text("decision_deny", reasons=["只有一条。"])


def test_a_denial_is_not_written_without_remedies() -> None:
    with pytest.raises(typesetting.TypesettingError, match="missing remedies"):
        render("decision_deny", remedies=None)


def test_incomplete_remedies_are_an_error_not_a_blank() -> None:
    with pytest.raises(typesetting.TypesettingError, match="lawsuit_court"):
        render("decision_deny", remedies={k: v for k, v in REMEDIES.items() if k != "lawsuit_court"})


def test_a_title_of_its_own_replaces_the_usual_one() -> None:
    assert "不予确认决定书" in text("decision_deny", title="不予确认决定书", verb="确认")
    assert "决定不予确认" in text("decision_deny", title="不予确认决定书", verb="确认")


def test_without_a_title_nothing_is_called_a_licence_that_is_none() -> None:
    assert "许可决定书" not in text("decision_grant", basis=["《某条例》第一条"], item="某某认定")
    assert "决定不予批准" in text("decision_deny")


def test_a_grant_names_the_result() -> None:
    assert "证件名称《食品经营许可证》" in text("decision_grant")


def test_a_pause_without_legal_ground_says_that_the_statute_runs_on() -> None:
    assert "法定办理期限继续计算" in text("special_procedure", stops_statute=False)
    assert "不计算在法定办理期限内" in text("special_procedure", stops_statute=True)


def test_the_extension_names_approver_reason_and_both_dates() -> None:
    said = text("extension_notice")
    for part in ("本机关负责人批准", "需要再次核查", "2026年5月13日", "2026年5月27日"):
        assert part in said


def test_a_hearing_with_a_time_is_a_summons() -> None:
    said = text("hearing_notice", hearing_at="2026-05-20T14:30:00+08:00", place="三楼会议室", host="赵某")
    assert "听证通知书" in said
    assert "2026年5月20日14:30" in said
    assert "要求听证的权利" not in said


@pytest.mark.parametrize(
    ("ground", "words"), [("withdrawn", "已申请撤回"), ("deemed", "视为撤回申请"), ("decided", "决定终止办理")]
)
def test_termination_says_on_what_ground(ground: str, words: str) -> None:
    assert words in text("termination", ground=ground)


def test_the_explanation_prints_lines_and_cells() -> None:
    said = text("clock_explanation")
    assert "工作日13天。" in said
    assert "4/14" in said


def test_a_form_is_empty_and_its_sample_is_filled() -> None:
    assert "填写样例" not in text("application_form")
    said = text("application_form", filled={"name": "张三（样例）", "item": "某某许可"})
    assert "填写样例" in said
    assert "张三（样例）" in said


def test_the_demonstration_is_marked_on_every_page() -> None:
    pdf = render("receipt", materials=[{"name": f"材料{n}", "copies": 1} for n in range(80)])
    for page in PdfReader(io.BytesIO(pdf)).pages:
        assert "不具法律效力" in page.extract_text()


def test_a_real_hall_carries_no_mark() -> None:
    assert "演示" not in text("acceptance", demonstration=False)


# --- data are only data ---------------------------------------------------------------------------------------------

HOSTILE = '#panic("x") @a $x^2$ *b* _c_ <l> // d \\ `e` #read("/etc/passwd") #import "style.typ"'


@pytest.mark.parametrize("key", ["addressee", "item", "number", "organ", "docket"])
def test_x10_markup_in_data_is_printed_as_it_is(key: str) -> None:
    assert re.sub(r"\s", "", HOSTILE) in text("acceptance", **{key: HOSTILE})


def test_markup_in_lists_is_printed_as_it_is() -> None:
    row = {"name": "#panic()", "problem": "$ $", "requirement": '@ref <a> #image("x.png")'}
    said = text("supplement_notice", items=[row])
    assert "#panic()" in said
    assert '@ref<a>#image("x.png")' in said


def test_f09_a_picture_cannot_read_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>geheim</text></svg>')
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file://{secret}"/></svg>'
    with pytest.raises(typesetting.TypesettingError, match="absolute paths are not allowed"):
        render("receipt", qr=svg)


@pytest.mark.parametrize("kind", ["../v1/receipt", "style", "receipt.typ", "", "nothing"])
def test_an_unknown_kind_is_refused(kind: str) -> None:
    with pytest.raises(typesetting.TypesettingError, match="no template"):
        typesetting.render(kind, 1, paper("receipt"))


@pytest.mark.parametrize("version", [0, 2, 99, -1])
def test_an_unknown_version_is_refused(version: int) -> None:
    with pytest.raises(typesetting.TypesettingError, match="no template"):
        typesetting.render("receipt", version, paper("receipt"))


def test_a_value_no_document_can_hold_is_refused() -> None:
    with pytest.raises(typesetting.TypesettingError, match="object"):
        render("acceptance", addressee=object())


def test_a_date_that_is_none_is_an_error_with_the_kind() -> None:
    with pytest.raises(typesetting.TypesettingError, match="acceptance"):
        render("acceptance", issued_on="soon")


# --- names, lists, times --------------------------------------------------------------------------------------------


def test_two_hundred_materials_run_over_pages_with_head_and_page_numbers() -> None:
    pdf = render("receipt", materials=[{"name": f"第{n}号材料", "copies": 1} for n in range(1, 201)])
    said = text_of(pdf)
    assert pages(pdf) > 4
    assert "第200号材料" in said
    assert said.count("材料名称份数形式备注") == sum(
        "号材料" in re.sub(r"\s", "", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages
    )
    assert f"第1页共{pages(pdf)}页" in said


@pytest.mark.parametrize("name", ["买买提·吐尔逊", "䶮㛃𬭎𬸚", "John Smith", "甲", "欧阳" * 100, "A" * 400])
def test_names_of_any_length_and_script_are_printed(name: str) -> None:
    assert name.replace(" ", "") in text("acceptance", addressee=name).replace("\u200b", "")


def test_long_words_stay_inside_their_column() -> None:
    pdf = render("receipt", materials=[{"name": "申请书", "copies": 1, "note": "B" * 90}])
    lines = PdfReader(io.BytesIO(pdf)).pages[0].extract_text().splitlines()
    assert max(line.count("B") for line in lines) < 30


def test_a_character_without_glyph_is_named_on_the_paper() -> None:
    pdf = render("acceptance", addressee="张𡈽")
    assert "U+2123D" in text_of(pdf)
    assert pdf == render("acceptance", addressee="张𡈽")


def test_control_characters_are_dropped() -> None:
    assert render("acceptance", addressee="张\x00三\u0007丰\u202e") == render("acceptance", addressee="张三丰")


def test_times_are_shown_in_beijing() -> None:
    assert "2026年4月14日0:30收到" in text("receipt", received_at=datetime(2026, 4, 13, 16, 30, tzinfo=UTC))


def test_date_objects_and_iso_strings_are_the_same() -> None:
    assert render("acceptance", issued_on=date(2026, 4, 13)) == render("acceptance")


def test_a_snapshot_sets_the_same_document_again() -> None:
    data = paper("receipt", received_at=datetime(2026, 4, 13, 1, 5, tzinfo=UTC))
    stored = typesetting.snapshot(data)
    assert typesetting.render("receipt", 1, stored) == typesetting.render("receipt", 1, data)


def test_the_document_carries_title_organ_and_date() -> None:
    info = PdfReader(io.BytesIO(render("acceptance"))).metadata
    assert info is not None
    assert info.title == "受理通知书 130302-受-2026-00412"
    assert info.author == "某区行政审批局"
    assert str(info.get("/CreationDate", "")).startswith("D:20260413")


# --- glyphs ---------------------------------------------------------------------------------------------------------


def test_common_and_many_rare_characters_have_glyphs() -> None:
    assert typesetting.unprintable("张三丰䶮㛃𬭎𬸚𠅤㙦𫖯·（）〔2026〕A-z") == ()


def test_missing_glyphs_are_listed_once_in_order() -> None:
    assert typesetting.unprintable("𪚥张𡈽丰𡈽𪚥") == ("𡈽", "𪚥")


def test_the_fonts_come_from_the_package() -> None:
    assert {path.suffix for path in glyphs.font_folder().glob("Noto*")} == {".otf"}


def test_remedies_may_be_one_sentence_of_the_regime() -> None:
    assert "可以自知道该决定之日起申请复议。" in text("refusal", remedies={"text": "可以自知道该决定之日起申请复议。"})


# --- what stays out when there is nothing to say ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(set(typesetting.REQUIRED) - {"clock_explanation", "application_form"}))
def test_notes_of_the_item_are_printed(kind: str) -> None:
    assert "请带齐原件。" in text(kind, notes=["请带齐原件。"])


@pytest.mark.parametrize("kind", sorted(set(typesetting.REQUIRED) - {"clock_explanation", "application_form"}))
def test_a_letter_without_contact_has_no_empty_heading(kind: str) -> None:
    assert "联系方式" not in text(kind, contact=None)
    assert "0335-3600012" in text(kind)


@pytest.mark.parametrize("kind", ["not_required", "termination"])
def test_materials_handed_back_are_listed(kind: str) -> None:
    said = text(kind, returned=[{"name": "营业执照副本", "copies": 1}])
    assert "随本" in said
    assert "营业执照副本" in said
    assert "营业执照副本" not in text(kind)


def test_the_receipt_leaves_out_who_did_not_come() -> None:
    assert "代理人" not in text("receipt")
    assert "代理人李四" in text("receipt", agent="李四")


def test_conditions_of_a_grant_are_numbered() -> None:
    said = text("decision_grant", conditions=["按期年检；", "变更及时申报。"])
    assert "同时应当遵守" in said
    assert "（2）变更及时申报。" in said


def test_the_delivery_receipt_is_blank_or_filled() -> None:
    assert "年月日时分" in text("delivery_receipt")
    said = text("delivery_receipt", delivered_at="2026-05-06T14:05:00+08:00", deliverers=["王某", "刘某"])
    assert "2026年5月6日14:05" in said
    assert "王某、刘某" in said


def test_the_promise_says_what_follows() -> None:
    said = text("promise_supplement")
    assert "于2026年4月20日前补齐" in said
    assert "知悉逾期不补的后果：依法作出书面决定。" in said


def test_warming_up_needs_no_data() -> None:
    typesetting.warm()
    assert glyphs.missing("受理") == ()


@settings(max_examples=60)
@given(st.text(max_size=200), st.text(max_size=80))
def test_no_text_at_all_keeps_a_paper_from_being_set(name: str, problem: str) -> None:
    row = {"name": problem, "problem": problem, "requirement": name}
    data = paper("supplement_notice", addressee=name, number=problem, organ=name, items=[row])
    pdf = typesetting.render("supplement_notice", 1, data)
    assert pdf == typesetting.render("supplement_notice", 1, typesetting.snapshot(data))
