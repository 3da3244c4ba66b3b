"""What the database itself refuses, the rules that ship as templates, and the sourced numbers of due process."""

from datetime import date

from django.db import migrations

from hall.facts.seeding import take_back

CARDS = """
CREATE FUNCTION supervision_refuse_card_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a card is never deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'awaiting' THEN
            RAISE EXCEPTION 'a card begins as awaiting, not as %', NEW.state USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('awaiting', 'answered'), ('awaiting', 'upheld'), ('awaiting', 'revoked'), ('awaiting', 'withdrawn'),
        ('answered', 'upheld'), ('answered', 'revoked'), ('answered', 'withdrawn'),
        ('upheld', 'appealing'), ('upheld', 'withdrawn'),
        ('appealing', 'confirmed'), ('appealing', 'overturned'), ('appealing', 'withdrawn'),
        ('confirmed', 'withdrawn')
    ) THEN
        RAISE EXCEPTION 'no way from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.number, NEW.rule_id, NEW.version_id, NEW.colour, NEW.fact_key, NEW.fact_text, NEW.docket, NEW.center_id,
        NEW.department_id, NEW.window_id, NEW.staff_id, NEW.chief_id, NEW.reason, NEW.basis, NEW.happened_at,
        NEW.raised_at, NEW.raised_by_id, NEW.feedback_due, NEW.late_at)
        IS DISTINCT FROM
       (OLD.number, OLD.rule_id, OLD.version_id, OLD.colour, OLD.fact_key, OLD.fact_text, OLD.docket, OLD.center_id,
        OLD.department_id, OLD.window_id, OLD.staff_id, OLD.chief_id, OLD.reason, OLD.basis, OLD.happened_at,
        OLD.raised_at, OLD.raised_by_id, OLD.feedback_due, OLD.late_at)
    THEN
        RAISE EXCEPTION 'a card stays as it was raised' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER supervision_cards BEFORE INSERT OR UPDATE OR DELETE ON supervision_card
    FOR EACH ROW EXECUTE FUNCTION supervision_refuse_card_move();
"""
CARDS_BACK = "DROP TRIGGER supervision_cards ON supervision_card; DROP FUNCTION supervision_refuse_card_move();"

VERSIONS = """
CREATE FUNCTION supervision_refuse_changed_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.status <> 'draft' THEN
            RAISE EXCEPTION 'only a draft is thrown away' USING ERRCODE = 'check_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('draft', 'on'), ('on', 'superseded'), ('on', 'off')
    ) THEN
        RAISE EXCEPTION 'no way from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.status <> 'draft' AND (NEW.rule_id, NEW.number, NEW.center_id, NEW.colour, NEW.options, NEW.feedback_days,
        NEW.feedback_source, NEW.reason, NEW.basis, NEW.applies_from, NEW.enabled_by_id, NEW.enabled_at)
        IS DISTINCT FROM (OLD.rule_id, OLD.number, OLD.center_id, OLD.colour, OLD.options, OLD.feedback_days,
        OLD.feedback_source, OLD.reason, OLD.basis, OLD.applies_from, OLD.enabled_by_id, OLD.enabled_at)
    THEN
        RAISE EXCEPTION 'a version that was switched on never changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER supervision_versions BEFORE UPDATE OR DELETE ON supervision_ruleversion
    FOR EACH ROW EXECUTE FUNCTION supervision_refuse_changed_rule();
"""
VERSIONS_BACK = (
    "DROP TRIGGER supervision_versions ON supervision_ruleversion; DROP FUNCTION supervision_refuse_changed_rule();"
)

RECORDS = """
CREATE FUNCTION supervision_refuse_record_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an accountability record is never deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('found', 'measured'), ('found', 'cancelled'), ('measured', 'served'), ('measured', 'cancelled'),
        ('served', 'objected'), ('served', 'final'), ('served', 'cancelled'),
        ('objected', 'final'), ('objected', 'cancelled')
    ) THEN
        RAISE EXCEPTION 'no way from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER supervision_records BEFORE UPDATE OR DELETE ON supervision_accountabilityrecord
    FOR EACH ROW EXECUTE FUNCTION supervision_refuse_record_move();
"""
RECORDS_BACK = (
    "DROP TRIGGER supervision_records ON supervision_accountabilityrecord;"
    " DROP FUNCTION supervision_refuse_record_move();"
)

FEEDBACK_DAYS, FEEDBACK_SOURCE = 5, "某市行政权力网上公开透明运行办法第十七条：收到预警后 5 个工作日内网上回复"
_WATCH = "某市行政审批电子监察办法"
# code, name, source, colour, what the card says after the fact, basis
RULES = (
    ("due_soon", "即将到期", "cases.due_soon", "signal", "请抓紧办理。", f"{_WATCH}第七条：承诺时限到期前 1 个工作日发提示信号"),
    ("over_promise", "超过承诺期限", "cases.over_promise", "yellow", "该办件超过了向社会承诺的办理期限。", f"{_WATCH}第六条第（二）项：超过承诺期限"),
    ("over_statute", "超过法定期限", "cases.over_statute", "red", "该办件超过了法定办理期限。", "中华人民共和国行政许可法第四十二条、第七十四条第（二）项"),
    ("step_late", "环节超时", "cases.step_late", "yellow", "总期限虽未超过，这一环节已超过规定的时间。", f"{_WATCH}第六条第（三）项：总期限未超但环节超时"),
    ("no_reason", "不予受理或不予许可未说明理由", "cases.no_reason", "yellow", "不予受理、不予许可应当书面说明理由。", f"中华人民共和国行政许可法第三十八条第二款；{_WATCH}第六条第（五）项"),
    ("second_notice", "两次以上要求补正", "cases.second_notice", "yellow", "需要补正的全部内容应当一次告知。", "中华人民共和国行政许可法第三十二条第一款第（四）项"),
    ("deemed_accepted", "逾期未告知视为受理", "cases.deemed_accepted", "red", "五日内没有一次告知，该办件已视为受理。", "中华人民共和国行政许可法第三十二条第一款第（四）项"),
    ("late_delivery", "逾期送达", "cases.late_delivery", "red", "应当自作出决定之日起十日内颁发、送达。", "中华人民共和国行政许可法第四十四条"),
    ("fee_above_minimum", "收费高于低限", "cases.fee_above_minimum", "red", "收费应当按公布的项目和标准，有幅度的按低限。", f"中华人民共和国行政许可法第五十九条；{_WATCH}第六条第（七）项：擅自收费"),
    ("pause_without_notice", "停表未书面告知", "cases.pause_without_notice", "yellow", "特别程序所需时间应当书面告知申请人。", "中华人民共和国行政许可法第四十五条"),
    ("backdated", "倒签办结时间", "cases.backdated", "yellow", "登记的办结时间早于实际办理的时间。", "本级政务服务中心办结时间查验制度"),
    ("mass_closure", "集中办结", "cases.mass_closure", "yellow", "短时间内集中办结，需要说明情况。", "本级政务服务中心办结时间查验制度"),
    ("outside_hall", "体外循环", "cases.outside_hall", "yellow", "进驻事项不得在大厅之外受理。", "安阳市优化营商环境条例第五十六条第（一）项"),
    ("feedback_late", "黄牌逾期未反馈", "supervision.feedback_late", "red", "收到黄牌后没有在期限内反馈。", "某市行政权力网上公开透明运行办法第十七条"),
    ("patrol_late", "巡查问题逾期未整改", "patrol.rectified_late", "red", "巡查发现的问题没有在期限内整改。", "本级政务服务中心巡查制度"),
)  # fmt: skip
SETTINGS = (
    ("supervision.feedback_days", 5, FEEDBACK_SOURCE),
    ("supervision.appeal_days", 5, "本系统初始设定：申诉期限比照反馈期限，可由中心另行规定"),
    ("supervision.objection_days", 5, "本系统初始设定：异议期限比照反馈期限，可由中心另行规定"),
    ("supervision.ground_days", 400, "本系统初始设定：自动复核覆盖一个考核年度并留余量"),
)  # fmt: skip


def seed(apps, schema_editor):
    """Templates, which nobody can switch on: a person drafts from them, tries the draft and switches that on."""
    rules, versions = apps.get_model("supervision", "SuperviseRule"), apps.get_model("supervision", "RuleVersion")
    for position, (code, name, source, colour, said, basis) in enumerate(RULES, start=1):
        rule = rules.objects.create(code=code, name=name, source=source, position=position * 10)
        versions.objects.create(
            rule=rule, number=1, status="template", colour=colour, reason=f"【事实】{said}", basis=basis,
            feedback_days=FEEDBACK_DAYS, feedback_source=FEEDBACK_SOURCE,
        )  # fmt: skip
    for key, value, source in SETTINGS:
        apps.get_model("facts", "Setting").objects.create(
            key=key, value=value, source=source, effective_from=date(2000, 1, 1)
        )


def unseed(apps, schema_editor):
    """Take back what `seed` wrote; versions of people stay and stop the way back."""
    apps.get_model("supervision", "RuleVersion").objects.filter(status="template").delete()
    apps.get_model("supervision", "SuperviseRule").objects.filter(code__in=[line[0] for line in RULES]).delete()
    take_back(apps, schema_editor, [line[0] for line in SETTINGS])


class Migration(migrations.Migration):
    dependencies = [("supervision", "0001_initial"), ("facts", "0001_initial")]

    operations = [
        migrations.RunPython(seed, unseed),
        migrations.RunSQL(CARDS, CARDS_BACK),
        migrations.RunSQL(VERSIONS, VERSIONS_BACK),
        migrations.RunSQL(RECORDS, RECORDS_BACK),
    ]
