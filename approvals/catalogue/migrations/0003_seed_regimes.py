"""The regimes every hall starts with. Each number stands in the statute and article named beside it."""

from datetime import date

from django.db import migrations

REMEDIES = (
    "对决定不服的，可以自知道该决定之日起六十日内申请行政复议（《行政复议法》第二十条），"
    "也可以自知道该决定之日起六个月内向人民法院提起行政诉讼（《行政诉讼法》第四十六条）。"
)

LICENSING = {
    "name": "行政许可法",
    "statute": "《中华人民共和国行政许可法》",
    "effective_from": date(2004, 7, 1),
    "source": (
        "2003年8月27日第十届全国人大常委会第四次会议通过，2004年7月1日起施行（第八十三条）；"
        "2019年4月23日修正未改动期限条款。期限以工作日计算，不含法定节假日（第八十二条）。"
    ),
    "decision_limit_count": 20,
    "decision_limit_unit": "workday",
    "decision_article": "第四十二条第一款",
    "notice_limit_count": 5,
    "notice_limit_unit": "workday",
    "notice_article": "第三十二条第一款第（四）项",
    "deemed_acceptance": True,
    "deemed_acceptance_article": "第三十二条第一款第（四）项",
    "delivery_limit_count": 10,
    "delivery_limit_unit": "workday",
    "delivery_article": "第四十四条",
    "extension_count": 10,
    "extension_unit": "workday",
    "extension_approver": "organ_head",
    "extension_article": "第四十二条第一款",
    "joint_limit_count": 45,
    "joint_limit_unit": "workday",
    "joint_extension_count": 15,
    "joint_extension_unit": "workday",
    "joint_extension_approver": "government_head",
    "joint_article": "第四十二条第二款",
    "hearing_request_count": 5,
    "hearing_request_unit": "workday",
    "hearing_hold_count": 20,
    "hearing_hold_unit": "workday",
    "hearing_notice_count": 7,
    "hearing_notice_unit": "workday",
    "hearing_article": "第四十七条、第四十八条",
    "remedies": REMEDIES,
}

GROUNDS = (
    ("hearing", "听证"),
    ("tender", "招标"),
    ("auction", "拍卖"),
    ("inspection", "检验"),
    ("testing", "检测"),
    ("quarantine", "检疫"),
    ("appraisal", "鉴定"),
    ("expert_review", "专家评审"),
)

# Confirmations and public services: people get what was promised, and no consequence follows by itself.
PLAIN = {
    "name": "一般政务服务（无自动法律后果）",
    "statute": "《优化营商环境条例》",
    "effective_from": date(2020, 1, 1),
    "source": (
        "国务院令第722号，2019年10月8日通过，2020年1月1日起施行。第三十六条：有规定的在规定时限内办结，"
        "没有规定的合理确定并按时办结；可以进一步压减并公开；未按时办结的公开说明理由。"
    ),
    "decision_article": "第三十六条",
    "remedies": REMEDIES,
}


def seed(apps, schema_editor):
    regime = apps.get_model("catalogue", "Regime")
    ground = apps.get_model("catalogue", "PauseGround")
    licensing, _ = regime.objects.get_or_create(code="licensing-law", defaults=LICENSING)
    regime.objects.get_or_create(code="general-service", defaults=PLAIN)
    for position, (code, name) in enumerate(GROUNDS, start=1):
        ground.objects.get_or_create(
            regime=licensing,
            code=code,
            defaults={
                "name": name,
                "law": "《中华人民共和国行政许可法》",
                "article": "第四十五条",
                "stops_statute": True,
                "position": position,
            },
        )


def unseed(apps, schema_editor):
    """Remove what nobody uses; a regime some version names stays, and the seed finds it again."""
    unused = (
        "SELECT r.id FROM catalogue_regime r WHERE r.code IN ('licensing-law', 'general-service')"
        " AND NOT EXISTS (SELECT 1 FROM catalogue_itemversion v WHERE v.regime_id = r.id)"
    )
    schema_editor.execute(f"DELETE FROM catalogue_pauseground WHERE regime_id IN ({unused})")
    schema_editor.execute(f"DELETE FROM catalogue_regime WHERE id IN ({unused})")


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_frozen_versions")]
    operations = [migrations.RunPython(seed, unseed)]
