"""Somebody asks at the desk what the hall knows of them: told until when it stays and why, and given all of it."""

import io
import zipfile
from pathlib import Path

import pytest

from hall.ledger import numbers
from hall.ledger.models import Event
from tests.hall.retention.builders import IDENTITY, filed

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
PAGE = "/manage/retention/copy/"


def ask(supervisor):
    """The form as it is filled in with the person in front of one."""
    supervisor.type("证件号码", IDENTITY)
    supervisor.tick("已当面核对证件原件")
    supervisor.type("依据哪份申请", "11月22日书面申请")


def test_p12_a_person_is_told_what_stays_and_takes_the_copy_along(hall, enter):
    case = filed(hall)
    supervisor = enter("supervisor")
    supervisor.log_in(hall.supervisor)
    supervisor.go(PAGE)
    supervisor.send("查看")
    supervisor.sees("请填写证件号码。", "请勾选“已当面核对证件原件”。", "请填写依据哪份申请。")
    ask(supervisor)
    supervisor.send("查看")
    supervisor.sees(
        "查到 1 项记录", numbers.grouped(case.docket), "办结后保存 30 年", "国家档案局令第8号", "第四十七条"
    )
    assert IDENTITY not in supervisor.text
    assert supervisor.path == PAGE

    with supervisor.page.expect_download() as waiting:
        supervisor.page.get_by_role("button", name="制作副本").press("Enter")
    with zipfile.ZipFile(io.BytesIO(Path(waiting.value.path()).read_bytes())) as packed:
        assert "个人信息副本.pdf" in packed.namelist()
    assert waiting.value.suggested_filename.startswith("个人信息副本_")
    assert Event.objects.filter(docket=case.docket, kind="retention.copied").exists()

    supervisor.page.emulate_media(media="print")
    assert not supervisor.page.get_by_role("button", name="制作副本").is_visible()
    assert supervisor.page.get_by_text("办结后保存 30 年").is_visible()


def test_the_page_fits_a_phone(hall, enter):
    filed(hall)
    supervisor = enter("supervisor", phone=True)
    supervisor.log_in(hall.supervisor)
    supervisor.go(PAGE)
    ask(supervisor)
    supervisor.send("查看")
    supervisor.sees("查到 1 项记录")
    assert supervisor.width() <= 375
