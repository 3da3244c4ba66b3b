"""A citizen says what the hall was like: on a telephone without scripts, and on the pad at the window."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hall.access import device_actions
from hall.evaluation import actions, tokens
from hall.evaluation.models import Evaluation
from hall.facts.models import Setting
from tests.hall.evaluation.builders import box_of, invited, opened

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def closed(hall):
    return invited(hall, at=timezone.now() - timedelta(minutes=5))


def path_of(invitation, via="message"):
    return f"/evaluate/{via}/{tokens.token_of(invitation.docket, via)}/"


def same_size(visitor):
    """The five choices as drawn."""
    boxes = [box.bounding_box() for box in visitor.page.locator(".grades .form-check").all()]
    return {(round(box["width"]), round(box["height"])) for box in boxes}, len(boxes)


def test_a_bad_grade_from_a_telephone_without_scripts(hall, enter, closed):
    citizen = enter("citizen", phone=True, script=False)
    citizen.go(path_of(closed))
    citizen.sees("公共场所卫生许可", "非常满意", "非常不满意", "由您自己决定")
    assert same_size(citizen)[1] == 5
    assert len(same_size(citizen)[0]) == 1
    assert citizen.page.locator("input:checked").count() == 0
    citizen.page.get_by_label("不满意", exact=True).check()
    citizen.page.get_by_role("button", name="下一步").click()
    citizen.sees("您的评价：不满意", "服务态度生硬", "匿名", "实名")
    assert citizen.width() <= 375
    citizen.page.get_by_label("未在承诺时间内办结").check()
    citizen.page.get_by_label("想说的话").fill("说好三天，等了十天")
    citizen.page.get_by_label("实名：经办部门可以联系我核实和答复").check()
    citizen.page.get_by_role("button", name="提交评价").click()
    citizen.sees("谢谢", "联系您核实", "回访您")
    assert Evaluation.objects.get().reasons == ["b3"]
    assert citizen.go(path_of(closed)) == 200
    citizen.sees("这件事已经评价过了，评价不能修改。", "处理进展")


def test_the_pad_at_the_window(hall, enter, closed):
    keeper, clerk, pad = enter("supervisor"), enter("clerk"), enter("pad")
    keeper.log_in(hall.supervisor)
    keeper.go("/manage/devices/new/")
    keeper.page.get_by_label("窗口评价器").check()
    keeper.type("名称", "1 号窗口评价器")
    keeper.page.get_by_label("中心").select_option(str(hall.center.pk))
    keeper.page.locator("[name=window]").select_option(str(hall.window.pk))
    keeper.send("登记并生成配对码")
    keeper.sees("配对码", "10 分钟内有效")
    pad.go("/devices/pair/")
    pad.type("配对码", keeper.page.locator(".tile .v").inner_text())
    pad.send("配对")
    pad.sees(f"{hall.window.number} 号窗口", "工作人员不能代您选")
    clerk.log_in(hall.clerk)
    clerk.go(f"/work/evaluations/ask/{closed.docket}/")
    clerk.sees("1 号窗口评价器", "不要代选")
    clerk.page.locator("main").focus()
    clerk.press("p")
    clerk.sees("已在")
    pad.page.wait_for_url("**/pad/*-*/")
    pad.sees("您对这次办理满意吗", "公共场所卫生许可")
    assert closed.docket not in pad.page.content()
    pad.tick("非常不满意")
    pad.send("下一步")
    pad.sees("为什么这样评")
    pad.tick("服务态度生硬")
    pad.send("下一步")
    pad.sees("愿意留名吗")
    pad.tick("匿名：谁评的不让任何人知道")
    pad.send("提交评价")
    pad.sees("谢谢", "没有人知道是您评的")
    pad.enter(pad.page.get_by_role("link", name="完成"))
    pad.sees("办完事后")
    assert (Evaluation.objects.get().grade, Evaluation.objects.get().via) == (1, "pad")
    clerk.go(f"/work/evaluations/ask/{closed.docket}/")
    clerk.sees("请办事人自己选")
    assert not [word for word in ("不满意", "已评价", "不能请评") if word in clerk.text]


def test_the_pad_clears_itself_when_nobody_touches_it(hall, enter, closed):
    facts = {"source": "本中心规定", "effective_from": timezone.localdate(), "center": hall.center}
    Setting.objects.create(key="evaluation.pad_seconds", value=2, **facts)
    now = timezone.now()
    place = {"name": "评价器", "center": hall.center, "window": hall.window}
    _, code = device_actions.register_device(kind="pad", **place, by=hall.supervisor, at=now)
    pad = enter("pad")
    pad.go("/devices/pair/")
    pad.type("配对码", code)
    pad.send("配对")
    actions.ask(invitation=closed, by=hall.clerk, at=now)
    pad.page.wait_for_url("**/pad/*-*/")
    pad.page.wait_for_url("**/pad/")
    pad.sees("办完事后")
    assert not Evaluation.objects.exists()


def test_twenty_rows_fit_the_desk_and_scroll_on_a_telephone(hall, enter):
    opening = opened(hall, box_of(hall), at=timezone.now() - timedelta(minutes=1))
    keeper = enter("supervisor")
    keeper.log_in(hall.supervisor)
    for path in ("", "openings/", f"openings/{opening.pk}/", f"openings/{opening.pk}/enter/"):
        keeper.go(f"/work/evaluations/boxes/{path}")
        keeper.no_violations()
        assert keeper.width() <= 1280, path
    keeper.page.locator("[name=row-0-serial]").fill("A001")
    keeper.send("保存")
    keeper.sees("第 1 行", "请选")
