"""Invented data for one document of each kind."""

from typing import Any

from approvals.cases import typesetting

REMEDIES = {
    "review_within": "60日",
    "review_basis": "《中华人民共和国行政复议法》第二十条",
    "review_organ": "某区人民政府",
    "lawsuit_within": "6个月",
    "lawsuit_basis": "《中华人民共和国行政诉讼法》第四十六条",
    "lawsuit_court": "某区人民法院",
}
HEAD: dict[str, Any] = {
    "number": "130302-受-2026-00412",
    "issued_on": "2026-04-13",
    "organ": "某区行政审批局",
    "demonstration": True,
    "addressee": "张三丰",
    "docket": "130302 0012 20260413 00007 X",
    "item": "食品经营许可",
    "basis": ["《中华人民共和国行政许可法》第三十二条"],
    "contact": {"window": "3号窗口", "phone": "0335-3600012", "address": "文化路1号", "hours": "周一至周五"},
}
MATERIALS = [{"name": "申请书", "copies": 1, "form": "原件", "note": ""}]
DATES = {"received_on": "2026-04-13", "accepted_on": "2026-04-13", "decided_on": "2026-04-22"}
ADDRESS = "http://127.0.0.1:8000/lookup/"

OWN: dict[str, dict[str, Any]] = {
    "receipt": {
        "received_at": "2026-04-13T09:05:00+08:00",
        "materials": MATERIALS,
        "lookup_url": ADDRESS,
        "qr": typesetting.qr_svg(ADDRESS),
    },
    "acceptance": {**DATES, "promise": "8个工作日", "statute": "20个工作日", "due": "2026-04-23"},
    "supplement_notice": {
        **DATES,
        "items": [{"name": "管理制度", "problem": "缺处置方案", "requirement": "补交处置方案"}],
    },
    "not_required": {**DATES, "reason": "销售预包装食品不需要许可。"},
    "refusal": {
        **DATES,
        "reason": "由省级部门实施。",
        "competent_organ": {"name": "省药品监督管理局", "phone": "0311-0000000"},
        "remedies": REMEDIES,
    },
    "promise_supplement": {"materials": MATERIALS, "due": "2026-04-20", "consequence": "依法作出书面决定。"},
    "extension_notice": {
        **DATES,
        "reason": "需要再次核查。",
        "approver": "本机关负责人",
        "approved_on": "2026-05-08",
        "extended_by": "10个工作日",
        "old_due": "2026-05-13",
        "new_due": "2026-05-27",
    },
    "special_procedure": {
        "ground": "专家评审",
        "stops_statute": True,
        "starts_on": "2026-04-17",
        "needed": "3个工作日",
    },
    "hearing_notice": {"matter": "涉及重大利益关系。", "apply_within": "5个工作日"},
    "decision_grant": {**DATES, "result": "《食品经营许可证》"},
    "decision_deny": {**DATES, "reasons": ["场所不符合要求；", "没有专业技术人员。"], "remedies": REMEDIES},
    "delivery_receipt": {"method": "窗口领取", "documents": [{"name": "许可证", "number": "甲1", "copies": 1}]},
    "termination": {**DATES, "ended_on": "2026-04-22", "ground": "withdrawn"},
    "correction": {
        "voided_title": "受理通知书",
        "voided_number": "130302-受-2026-00411",
        "voided_issued_on": "2026-04-10",
        "correction": "法定时限更正为20个工作日。",
    },
    "application_form": {},
    "clock_explanation": {
        "title": "法定办结期限 20个工作日",
        "sentence": "2026年5月13日（周三）下班前办结。",
        "as_of": "2026-04-22",
        "printed_at": "2026-04-22T10:11:00+08:00",
        "lines": [{"when": "04-14 至 04-30", "text": "工作日13天。", "source": "《行政许可法》第八十二条"}],
        "cells": [None, {"date": "4/14", "kind": "counted", "number": 1, "label": "", "due": False, "today": True}],
    },
}


def paper(kind: str, **changes: Any) -> dict[str, Any]:
    """The complete data of one document, with changes."""
    return {**HEAD, **OWN[kind], **changes}
