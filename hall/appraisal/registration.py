"""What this room tells the rooms below when it opens: its events, sources, numbers and lines of the rail."""

from hall.access import health, navigation
from hall.appraisal import badges, kinds, parameters, sources


def announce() -> None:
    """Fill the registries; called once from AppConfig.ready."""
    kinds.announce()
    parameters.declare()
    sources.announce()
    badges.announce()
    health.register_nightly("appraise", "考核计算")
    navigation.register("我的考核", "appraisal:mine", "appraisal.object", order=50)
    navigation.register("考核", "appraisal:overview", ("appraisal.scheme", "dashboard.view"), order=51)
    navigation.register("考核待审", "appraisal:worklist", "appraisal.score", order=52)
    navigation.register("考核细则", "appraisal:schemes", "appraisal.scheme", order=53)
    navigation.register("荣誉", "appraisal:awards", ("awards.nominate", "awards.decide"), order=54)
    navigation.register("考勤", "appraisal:attendance", "attendance.record", order=55)
    navigation.register("值班", "appraisal:duty", "duty.log", order=56)
