"""What the database refuses about conduct, the first check list with the rule behind each line, and sourced numbers."""

from datetime import UTC, date, datetime

from django.db import migrations

from hall.facts.seeding import take_back

BULLETINS = """
CREATE FUNCTION conduct_refuse_changed_bulletin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a bulletin is never deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('draft', 'submitted'), ('submitted', 'draft'), ('submitted', 'published'), ('published', 'withdrawn')
    ) THEN
        RAISE EXCEPTION 'no way from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.center_id, NEW.period, NEW.figures, NEW.frozen_at, NEW.drafted_by_id, NEW.drafted_at)
        IS DISTINCT FROM (OLD.center_id, OLD.period, OLD.figures, OLD.frozen_at, OLD.drafted_by_id, OLD.drafted_at)
    THEN
        RAISE EXCEPTION 'the figures of a bulletin are frozen' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.published_at IS NOT NULL AND (NEW.title, NEW.body, NEW.audience, NEW.year, NEW.serial, NEW.published_at,
        NEW.published_by_id)
        IS DISTINCT FROM (OLD.title, OLD.body, OLD.audience, OLD.year, OLD.serial, OLD.published_at,
        OLD.published_by_id)
    THEN
        RAISE EXCEPTION 'a published bulletin stays as it was published' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.withdrawn_at IS NOT NULL AND (NEW.withdrawal, NEW.withdrawn_at, NEW.withdrawn_by_id)
        IS DISTINCT FROM (OLD.withdrawal, OLD.withdrawn_at, OLD.withdrawn_by_id)
    THEN
        RAISE EXCEPTION 'a withdrawal stays as it was' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER conduct_bulletins BEFORE UPDATE OR DELETE ON conduct_bulletin
    FOR EACH ROW EXECUTE FUNCTION conduct_refuse_changed_bulletin();
"""
BULLETINS_BACK = (
    "DROP TRIGGER conduct_bulletins ON conduct_bulletin; DROP FUNCTION conduct_refuse_changed_bulletin();"
)

FINDINGS = """
CREATE FUNCTION conduct_refuse_changed_finding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.counted_at IS NOT NULL THEN
        RAISE EXCEPTION 'the findings of a finished patrol stay as they are' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER conduct_findings BEFORE UPDATE OR DELETE ON conduct_finding
    FOR EACH ROW EXECUTE FUNCTION conduct_refuse_changed_finding();
CREATE FUNCTION conduct_refuse_changed_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a version of the check list never changes' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER conduct_patrol_lines BEFORE UPDATE ON conduct_patrolline
    FOR EACH ROW EXECUTE FUNCTION conduct_refuse_changed_line();
"""
FINDINGS_BACK = (
    "DROP TRIGGER conduct_patrol_lines ON conduct_patrolline;"
    " DROP FUNCTION conduct_refuse_changed_line();"
    " DROP TRIGGER conduct_findings ON conduct_finding; DROP FUNCTION conduct_refuse_changed_finding();"
)

COMPLAINTS = """
CREATE FUNCTION conduct_refuse_complaint_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a complaint is never deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('received', 'assigned'), ('received', 'declined'), ('assigned', 'reported'), ('reported', 'assigned'),
        ('reported', 'decided')
    ) THEN
        RAISE EXCEPTION 'no way from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.number, NEW.form_key, NEW.center_id, NEW.channel, NEW.received_at, NEW.received_by_id, NEW.text,
        NEW.accept_due_on)
        IS DISTINCT FROM (OLD.number, OLD.form_key, OLD.center_id, OLD.channel, OLD.received_at, OLD.received_by_id,
        OLD.text, OLD.accept_due_on)
        OR (OLD.decided_at IS NOT NULL AND (NEW.verdict, NEW.decided_at, NEW.decided_by_id)
        IS DISTINCT FROM (OLD.verdict, OLD.decided_at, OLD.decided_by_id))
        OR (OLD.reviewed_at IS NOT NULL AND (NEW.review_verdict, NEW.reviewed_at)
        IS DISTINCT FROM (OLD.review_verdict, OLD.reviewed_at))
    THEN
        RAISE EXCEPTION 'what was said and decided stays' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER conduct_complaints BEFORE UPDATE OR DELETE ON conduct_complaint
    FOR EACH ROW EXECUTE FUNCTION conduct_refuse_complaint_move();
"""
COMPLAINTS_BACK = (
    "DROP TRIGGER conduct_complaints ON conduct_complaint; DROP FUNCTION conduct_refuse_complaint_move();"
)

CHECKS = """
CREATE FUNCTION conduct_refuse_changed_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.verdict <> '' OR (NEW.sample_id, NEW.fact_key, NEW.closed_at, NEW.recorded_at, NEW.neighbours)
        IS DISTINCT FROM (OLD.sample_id, OLD.fact_key, OLD.closed_at, OLD.recorded_at, OLD.neighbours)
    THEN
        RAISE EXCEPTION 'what was drawn and found stays' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER conduct_checks BEFORE UPDATE ON conduct_closureitem
    FOR EACH ROW EXECUTE FUNCTION conduct_refuse_changed_check();
"""
CHECKS_BACK = "DROP TRIGGER conduct_checks ON conduct_closureitem; DROP FUNCTION conduct_refuse_changed_check();"

_TOWN = "萍乡市镇街便民服务中心服务规范"
_ANKANG = "安康市政办〔2015〕80号"
# group, what to look at, where, rule, points suggested (none is a legal number: the appraisal scheme decides)
LINES = (
    ("四声服务", "来有迎声、问有答声、走有送声、处理有回声", "window", f"{_TOWN}：“四声”", 1),
    ("四心服务", "热心接待、耐心解答、细心解释、诚心帮助", "window", f"{_TOWN}：“四心”", 1),
    ("着装", "着统一工服，整洁得体", "window", f"{_ANKANG}“五个提升”：统一工服", 1),
    ("挂牌", "挂牌上岗，席卡与在岗人员一致", "window", f"{_TOWN}：挂牌上岗", 1),
    ("在岗", "办公时间有人在岗；离开的有去向牌，B 岗已顶上", "window", "船山区政务服务中心制度：职位代理制", 2),
    ("纪律", "没有上网购物、看视频、玩游戏等无关活动", "window", f"{_TOWN}：作风飘浮、敷衍应付的限期整改", 2),
    ("六公开", "服务内容、办事程序、政策依据、收费标准、工作职责、服务电话公开完整", "window", f"{_TOWN}：“六公开”", 1),
    ("收费", "收费项目和标准已公示，没有公示之外的收费", "window", "中华人民共和国行政许可法第五十九条", 2),
    ("一次告知", "材料不齐的一次性书面告知，有告知书存根", "window", "中华人民共和国行政许可法第三十二条第一款第（四）项", 2),
    ("受理凭证", "受理或不予受理出具加盖专用印章、注明日期的书面凭证", "window", "中华人民共和国行政许可法第三十二条第二款", 2),
    ("首问负责", "首问责任人接待到位，没有推诿", "window", "船山区政务服务中心制度：首问责任制", 2),
    ("示范文本", "示范文本和申请书格式文本可取用", "window", "中华人民共和国行政许可法第三十条", 1),
    ("评价", "评价器或评价码可用，没有代评、诱导好评", "window", "安阳市优化营商环境条例第五十二条", 2),
    ("设施", "取号、查询、自助等设备完好", "hall", f"{_ANKANG}“五个提升”：硬件设施", 1),
    ("便民设施", "茶水、座椅、报刊、无障碍设施和低位服务台可用", "hall", f"{_TOWN}：一套便民设施；中华人民共和国无障碍环境建设法第四十条", 1),
    ("卫生", "大厅和卫生间整洁", "hall", "东平县公共行政服务标准体系：环境安全卫生标准", 1),
    ("秩序", "排队有序，有导办人员", "hall", "东平县公共行政服务标准体系：管理标准", 1),
    ("监督渠道", "意见箱、投诉电话和投诉方式公布在显眼处", "hall", f"{_ANKANG}：畅通沟通投诉渠道", 1),
)  # fmt: skip
SETTINGS = (
    ("patrol.rectify_days", 3, "萍乡市镇街便民服务中心服务规范要求“限期进行整改”，未写天数；3 个工作日是本系统的建议值，可按本级制度改定"),
    ("complaints.accept_days", 5, "某市行政审批电子监察办法第七条至第九条：投诉 5 个工作日内决定是否受理"),
    ("complaints.decide_days", 10, "平潭综合实验区政务服务网公布的投诉 10 个工作日答复；没有查到全国统一期限，可按本级制度改定"),
    ("checks.sample_percent", 5, "东平县办结时间查验制度未写比例；5% 是本系统的建议值，可按本级制度改定"),
    ("checks.neighbour_minutes", 5, "本系统的建议值，只用来提示同一人集中办结，不作结论"),
    ("bulletins.smallest_group", 10, "本系统的公开规则：样本不足 10 件的比例不公开，防止从少数人推知个人"),
)  # fmt: skip


def seed(apps, schema_editor):
    """The first version of the check list and the numbers."""
    checklist = apps.get_model("conduct", "PatrolList").objects.create(
        version=1, note="随系统提供，依据各地服务规范整理", added_at=datetime(2026, 11, 22, tzinfo=UTC)
    )
    line = apps.get_model("conduct", "PatrolLine")
    line.objects.bulk_create(
        line(checklist=checklist, position=position, group=group, text=text, place=place, source=source, points=points)
        for position, (group, text, place, source, points) in enumerate(LINES, start=1)
    )
    for key, value, source in SETTINGS:
        apps.get_model("facts", "Setting").objects.create(
            key=key, value=value, source=source, effective_from=date(2000, 1, 1)
        )


def unseed(apps, schema_editor):
    """Take back what `seed` wrote."""
    apps.get_model("conduct", "PatrolLine").objects.filter(checklist__version=1).delete()
    apps.get_model("conduct", "PatrolList").objects.filter(version=1).delete()
    take_back(apps, schema_editor, [line[0] for line in SETTINGS])


class Migration(migrations.Migration):
    dependencies = [("conduct", "0001_initial"), ("facts", "0001_initial")]

    operations = [
        migrations.RunPython(seed, unseed),
        migrations.RunSQL(BULLETINS, BULLETINS_BACK),
        migrations.RunSQL(FINDINGS, FINDINGS_BACK),
        migrations.RunSQL(COMPLAINTS, COMPLAINTS_BACK),
        migrations.RunSQL(CHECKS, CHECKS_BACK),
    ]
