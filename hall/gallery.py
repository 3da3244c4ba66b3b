"""Every part of the design on one page, for those who build pages. Served with DEBUG on (hall/urls.py) and to tests."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from crispy_forms.layout import Fieldset, Layout, Row
from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from hall.forms import HallForm
from hall.workdays.explanation import Explanation, Stop, Wording, explain_term
from hall.workdays.shipped import shipped_calendar
from hall.workdays.terms import Limit, Unit

_BEIJING = ZoneInfo("Asia/Shanghai")


class SampleForm(HallForm):
    """One field of each kind."""

    name = forms.CharField(label="姓名", max_length=20, help_text="与身份证一致。")
    phone = forms.CharField(label="手机", required=False, help_text="用来发短信，可以不填。")
    item = forms.CharField(
        label="事项",
        help_text="输入编码或拼音首字母。",
        widget=forms.TextInput(attrs={"data-combobox": "/gallery/items/"}),
    )
    kind = forms.ChoiceField(label="申请人类型", choices=[("p", "个人"), ("o", "单位")], widget=forms.RadioSelect)
    channel = forms.ChoiceField(label="收件渠道", choices=[("", "请选择"), ("w", "窗口"), ("m", "邮寄")])
    on = forms.DateField(label="收件日期", help_text="当天不计入期限。")
    copies = forms.IntegerField(label="份数", min_value=1, max_value=99)
    scan = forms.FileField(label="扫描件", required=False)
    remark = forms.CharField(label="说明", required=False, widget=forms.Textarea, max_length=500)
    agreed = forms.BooleanField(label="已当面核对原件")
    layout = Layout(
        Fieldset("申请人", "kind", Row("name", "phone")),
        Fieldset("办件", "item", Row("channel", "on", "copies"), "scan", "remark", "agreed"),
    )


class LineForm(HallForm):
    """One row of a formset."""

    label = forms.CharField(label="缺什么", max_length=80)
    how = forms.CharField(label="怎样补", required=False, max_length=200)


@dataclass(frozen=True)
class Result:
    """What an import would do, as the dry-run part wants it."""

    total: int = 1135
    created: int = 1101
    updated: int = 30
    unchanged: int = 2
    errors: list[dict[str, Any]] = field(
        default_factory=lambda: [
            {"row": 18, "field": "承诺时限", "value": "二十", "reason": "承诺时限要填数字，例如 20。"},
            {"row": 204, "field": "", "value": "", "reason": "事项编码与第 17 行相同，请删去一行。"},
        ]
    )


def sample() -> dict[str, Any]:
    """Invented content for every part."""
    return {
        "form": SampleForm(),
        "bad_form": SampleForm({"bad-name": "长" * 21, "bad-copies": "两份", "bad-on": "5月18日"}, prefix="bad"),
        "lines": forms.formset_factory(LineForm, extra=1, max_num=9)(prefix="line"),
        "explanation": _explanation(),
        "rows": _rows(),
        "tabs": _tabs(),
        "events": _events(),
        "steps": [
            {"label": "收件", "state": "done", "note": "4月13日"},
            {"label": "受理", "state": "done", "note": "4月13日"},
            {"label": "审查", "state": "now", "note": "进行中"},
            {"label": "决定"},
            {"label": "送达"},
        ],
        "facts": [
            {"label": "统一社会信用代码", "value": "9113********2K", "mono": True},
            {"label": "经办人", "value": "杨*　138****0921"},
            {"label": "受托人", "value": ""},
        ],
        "doings": [
            {"label": "作出决定", "url": "#", "allowed": True, "primary": True, "key": "d"},
            {"label": "停表", "url": "#", "allowed": True, "key": "p"},
            {"label": "送达", "allowed": False, "why": "作出决定以后才能送达。"},
        ],
        "materials": [
            {
                "value": "1",
                "label": "食品经营许可申请书",
                "hint": "原件 1 份",
                "checked": True,
                "copies_name": "copies-1",
            },
            {"value": "2", "label": "营业执照复印件", "hint": "核对原件", "checked": True, "copies_name": "copies-2"},
            {"value": "3", "label": "经营场所平面图", "note": "可容缺", "copies_name": "copies-3"},
        ],
        "page": Paginator(range(4700), 50).page(2),
        "result": Result(),
        "lamps": [
            ("ok", "剩 7 个工作日"),
            ("warn", "剩 1 个工作日"),
            ("late", "超承诺 1 天"),
            ("breach", "超法定 2 天"),
            ("hold", "停表：检验 第 3 天"),
            ("off", "已办结"),
        ],
    }


def _explanation() -> Explanation:
    """The worked example: 20 working days from 13 April 2026, stopped for an expert review."""
    review = Stop(date(2026, 4, 17), date(2026, 4, 22), "专家评审", "秦审评〔2026〕14 号", "行政许可法第四十五条")
    words = Wording("审查期限", "承诺", "受理", "受理当日不计", "办结", "民法典第二百零一条")
    return explain_term(
        date(2026, 4, 13), Limit(20, Unit.WORKDAY), [review], shipped_calendar(), today=date(2026, 5, 13), wording=words
    )


def _rows() -> list[tuple[str, str, str, str, str, str, str]]:
    return [
        (
            "breach",
            "超法定 2 天",
            "130302-0012-20260410-00003-6",
            "食品经营许可（新办）",
            "北*餐饮店",
            "审查",
            "5月11日",
        ),
        ("late", "超承诺 1 天", "130302-0012-20260415-00014-2", "公共场所卫生许可（新办）", "张*明", "审查", "5月12日"),
        ("warn", "剩 1 个工作日", "130302-0012-20260423-00008-X", "道路运输经营许可", "北岭*物流*", "审查", "5月14日"),
        ("hold", "停表：检验 第 3 天", "130302-0012-20260506-00003-5", "特种设备使用登记", "立*公司", "特别程序", "—"),
        ("ok", "剩 7 个工作日", "130302-0012-20260507-00021-1", "户外广告设施设置审批", "李*", "已受理", "5月22日"),
    ]


def _tabs() -> list[dict[str, Any]]:
    return [
        {"url": "?", "label": "全部", "count": 47, "active": True},
        {"url": "?lamp=breach", "label": "超法定", "count": 1, "lamp": "breach"},
        {"url": "?lamp=late", "label": "超承诺", "count": 2, "lamp": "late"},
        {"url": "?lamp=warn", "label": "临期", "count": 5, "lamp": "warn"},
        {"url": "?lamp=hold", "label": "停表", "count": 4, "lamp": "hold"},
        {"url": "?lamp=ok", "label": "正常", "count": 35, "lamp": "ok"},
    ]


def _events() -> list[dict[str, Any]]:
    def at(day: int, hour: int, minute: int, month: int = 4) -> datetime:
        return datetime(2026, month, day, hour, minute, tzinfo=_BEIJING)

    return [
        {"at": at(12, 16, 40, 5), "text": "现场踏勘，2 人：李强、周敏", "by": "王丽录入"},
        {"at": at(22, 11, 5), "text": "恢复计时，专家评审意见已收到", "by": "王丽"},
        {"at": at(17, 15, 30), "text": "停表：专家评审", "by": "赵强", "more": "预计 3 个工作日，已书面告知申请人"},
        {"at": at(13, 10, 21), "text": "受理，出具受理通知书", "by": "王丽"},
        {"at": at(13, 10, 8), "text": "窗口收件，材料 7 份齐全", "by": "王丽"},
    ]


def show(request: HttpRequest) -> HttpResponse:
    """The staff side of the gallery."""
    return render(request, "gallery.html", sample())


def show_public(request: HttpRequest) -> HttpResponse:
    """The citizens' side."""
    return render(request, "gallery_public.html", sample())


def items(request: HttpRequest) -> JsonResponse:
    """What the item search answers: names that hold the words typed."""
    words = request.GET.get("q", "")
    names = [row[3] for row in _rows()]
    found = [{"value": name, "label": name, "hint": "行政审批局"} for name in names if words in name]
    return JsonResponse({"results": found})
