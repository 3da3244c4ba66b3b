"""The copy holds everything of its person and nothing of anybody else, and says how long each record stays (P12)."""

from datetime import date

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from approvals.cases import actions as cases
from approvals.cases.enums import CorrectableField
from approvals.cases.models import Party
from hall.access.models import User
from hall.ledger.models import Event
from hall.outbox import recipients
from hall.privacy.fields import EncryptedTextField
from hall.privacy.indexes import blind_index
from hall.retention import actions, copies, persons
from hall.retention.copies import Kept
from tests.builders import MONDAY, Hall, accepted_case, make_center, person
from tests.hall.retention.builders import (
    APPLICANT,
    IDENTITY,
    PHONE,
    PROXY,
    PROXY_PHONE,
    STRANGER,
    STRANGER_PHONE,
    Known,
    complained,
    corrected,
    filed,
    graded,
    known,
)

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 22)


def records(user: User, identity: str = IDENTITY) -> list[Kept]:
    return copies.collect(persons.find(user, blind_index("identity", identity)), ON)


def text(user: User, identity: str = IDENTITY) -> str:
    """Every cell of the copy."""
    rows = copies.table(records(user, identity), at=MONDAY).rows
    return "\n".join("|".join(row) for row in rows)


def words_of(row: Model, columns: set[str]) -> list[tuple[str, str]]:
    """Each filled sealed column of a row that is given out, with what stands in it."""
    found = []
    for field in row._meta.local_fields:
        name = f"{row._meta.db_table}.{field.column}"
        if isinstance(field, EncryptedTextField) and name in columns and getattr(row, field.name):
            found.append((name, str(getattr(row, field.name))))
    return found


@pytest.fixture
def theirs(hall: Hall) -> Known:
    return known(hall)


def test_p12_every_sealed_word_of_every_room_is_in_the_copy(hall: Hall, theirs: Known) -> None:
    """What each column that is said to be given out really holds, read from the tables themselves."""
    columns = {column for part in persons.parts() for column in part.covers}
    copy, seen = text(hall.supervisor), set()
    for model in apps.get_models():
        for row in model._default_manager.all():
            for column, words in words_of(row, columns):
                assert words in copy, column
                seen.add(column)
    files = {"cases_officialdocument.snapshot", "cases_officialdocument.content", "cases_attachment.storage_key"}
    assert seen == columns - files


def test_p12_scans_and_documents_come_with_it(hall: Hall, theirs: Known) -> None:
    (case,) = [one for one in records(hall.supervisor) if one.part.name == "cases"]
    names = [file.name for file in case.entry.files]
    assert names[0] == "图纸/../甲.png"
    assert len(names) == 1 + theirs.case.documents.count()
    assert all(file.read() for file in case.entry.files)


@pytest.mark.parametrize("word", ["内部报告己", "内部理由庚", "被投诉人异议壬"])
def test_words_about_staff_are_no_part_of_it(hall: Hall, theirs: Known, word: str) -> None:
    assert word not in text(hall.supervisor)


def test_nobody_elses_data_is_in_it(hall: Hall, theirs: Known) -> None:
    other = accepted_case(hall, applicant=person("旁人", identity=STRANGER, phone=STRANGER_PHONE))
    complained(hall, STRANGER_PHONE)
    graded(hall, other, text="旁人的评价")
    copy = text(hall.supervisor)
    assert not [word for word in ("旁人", STRANGER, STRANGER_PHONE, other.docket) if word in copy]
    assert {one.entry.reference for one in records(hall.supervisor, STRANGER)} & {other.docket}


def test_an_anonymous_answer_is_nobodys(hall: Hall) -> None:
    graded(hall, filed(hall), anonymous=True)
    assert [one.part.name for one in records(hall.supervisor)] == ["cases"]
    assert "评价意见癸" not in text(hall.supervisor)


def test_a_complaint_without_their_telephone_is_nobodys(hall: Hall) -> None:
    filed(hall)
    complained(hall, STRANGER_PHONE)
    assert [one.part.name for one in records(hall.supervisor)] == ["cases"]


def test_a_longer_number_is_another_telephone(hall: Hall) -> None:
    filed(hall)
    complained(hall, f"{PHONE}9")
    assert [one.part.name for one in records(hall.supervisor)] == ["cases"]


def test_a_proxy_gets_their_own_part_of_the_case(hall: Hall) -> None:
    proxy = person("代理人卯", identity=PROXY, phone=PROXY_PHONE, mandate="代为申请、领取")
    case = filed(hall, proxy=proxy)
    graded(hall, case)
    (mine,) = [one for one in records(hall.supervisor, PROXY) if one.part.name == "cases"]
    copy = text(hall.supervisor, PROXY)
    assert [word for word in (PROXY, PROXY_PHONE, "代为申请、领取", case.docket) if word not in copy] == []
    assert [word for word in (IDENTITY, PHONE, "张副本", "海港区柳荫路七号") if word in _cases_part(copy)] == []
    assert mine.entry.files == ()


def _cases_part(copy: str) -> str:
    return "\n".join(line for line in copy.splitlines() if line.startswith("办件|"))


def test_an_answer_is_of_who_acted_in_the_case(hall: Hall) -> None:
    proxy = person("代理人卯", identity=PROXY, phone=PROXY_PHONE, mandate="代为申请")
    graded(hall, filed(hall, proxy=proxy))
    assert "evaluations" not in {one.part.name for one in records(hall.supervisor)}
    assert "evaluations" in {one.part.name for one in records(hall.supervisor, PROXY)}


def test_another_center_is_not_looked_into(hall: Hall) -> None:
    filed(Hall(make_center("邻区政务服务中心")))
    assert records(hall.supervisor) == []


@pytest.mark.parametrize("who", ["clerk", "admin"])
def test_the_copy_reaches_no_further_than_the_account(hall: Hall, who: str) -> None:
    """Who sees no case finds nobody, whatever page they came by."""
    if who == "admin":
        filed(hall)
    else:
        filed(Hall(make_center("邻区政务服务中心")))
    assert records(getattr(hall, who)) == []


def test_erased_cases_are_of_nobody(hall: Hall) -> None:
    case = filed(hall)
    Party.objects.filter(case=case).update(identity_index="")
    assert records(hall.supervisor) == []
    assert records(hall.supervisor, "") == []


def test_p12_a_correction_reaches_the_copy_the_next_message_and_the_ledger(hall: Hall) -> None:
    """Of the telephone: the message that goes next, the index, what the person reads; the event names no value."""
    case = filed(hall)
    how = {"field": CorrectableField.PHONE, "value": STRANGER_PHONE, "reason": "号码换了"}
    row = cases.propose_correction(case, by=hall.clerk, at=MONDAY, **how)
    cases.review_correction(row, by=hall.approver, at=MONDAY, agreed=True)
    assert f"联系电话|{STRANGER_PHONE}" in text(hall.supervisor)
    assert f"联系电话：{PHONE} → {STRANGER_PHONE}，已更正" in text(hall.supervisor)
    address = recipients.resolve("cases.applicant", str(case.pk))
    assert address is not None
    assert address.phone == STRANGER_PHONE
    assert Party.objects.get(case=case).phone_index == blind_index("phone", STRANGER_PHONE)
    kinds = list(Event.objects.filter(docket=case.docket).order_by("pk").values_list("kind", flat=True))
    assert kinds[-2:] == ["case.correct", "case.review_correction"]
    assert STRANGER_PHONE not in str(list(Event.objects.values_list("data", flat=True)))


def test_p12_a_corrected_number_leads_to_the_case_and_the_wrong_one_no_more(hall: Hall) -> None:
    case = filed(hall, applicant=person("张副本", **{**APPLICANT, "identity": STRANGER}))
    how = {"field": CorrectableField.IDENTITY, "value": IDENTITY, "reason": "录错"}
    row = cases.propose_correction(case, by=hall.clerk, at=MONDAY, **how)
    cases.review_correction(row, by=hall.approver, at=MONDAY, agreed=True)
    assert [one.entry.reference for one in records(hall.supervisor)] == [case.docket]
    assert records(hall.supervisor, STRANGER) == []


def test_p12_an_open_case_is_kept_until_it_ends_and_longer(hall: Hall) -> None:
    filed(hall)
    (one,) = records(hall.supervisor)
    assert one.until is None
    assert one.says == "还没有办结，办结后保存 30 年，期满自动清除"


def test_p12_a_closed_case_cannot_be_erased_before_its_years_are_over_and_says_by_what_rule(hall: Hall) -> None:
    case = filed(hall)
    cases.withdraw(case, reason="申请人要求", by=hall.clerk, at=MONDAY, seen=case.version)
    (one,) = records(hall.supervisor)
    assert one.until == date(2056, 4, 13)
    assert one.says == "保存到 2056-04-13（30 年），此前依法不能删除，期满自动清除"
    assert "国家档案局令第8号" in text(hall.supervisor)


def test_p12_what_a_suit_holds_says_so(hall: Hall) -> None:
    case = filed(hall)
    actions.place_hold(reference=case.docket, center=hall.center, reason="行政诉讼", by=hall.supervisor, at=MONDAY)
    (one,) = records(hall.supervisor)
    assert one.says == "因诉讼、复议或调查暂停清除；保存期限 30 年"


def test_what_is_over_goes_tonight(hall: Hall) -> None:
    case = filed(hall)
    cases.withdraw(case, reason="申请人要求", by=hall.clerk, at=MONDAY, seen=case.version)
    person_ = persons.find(hall.supervisor, blind_index("identity", IDENTITY))
    (one,) = copies.collect(person_, date(2056, 4, 14))
    assert one.says == "已于 2056-04-13 期满（30 年），今晚清除"


def test_lines_without_a_word_are_left_out(hall: Hall) -> None:
    filed(hall)
    assert not [line for line in text(hall.supervisor).splitlines() if line.split("|")[3] == ""]


def test_the_head_names_the_law_and_the_moment(hall: Hall) -> None:
    filed(hall)
    head = "".join(copies.table(records(hall.supervisor), at=MONDAY).head)
    assert "截至 2026-04-13 10:08，共 1 项记录。" in head
    assert all(article in head for article in ("第四十五条", "第四十六条", "第四十七条第二款"))


def test_three_cases_are_asked_for_as_often_as_one(hall: Hall) -> None:
    corrected(hall, filed(hall))
    records(hall.supervisor)
    before = _queries(hall)
    corrected(hall, filed(hall))
    corrected(hall, filed(hall))
    assert _queries(hall) == before


def _queries(hall: Hall) -> int:
    with CaptureQueriesContext(connection) as seen:
        text(hall.supervisor)
    return len(seen)
