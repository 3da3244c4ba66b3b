"""Rules: list, versions, drafts, trials on the past, switching on and off."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.access import navigation
from hall.access.loading import StaffRequest, right_required
from hall.access.rules import has_right
from hall.access.views.pages import ask, posted, words
from hall.exports import views as exports
from hall.exports.chosen import Chosen
from hall.exports.tables import Column, Table
from hall.facts import periods, sources
from hall.facts.sources import Fact
from hall.ledger import numbers
from hall.organisation.models import Department, Staff
from hall.supervision import queries, rules, simulation
from hall.supervision.actions import rules as actions
from hall.supervision.enums import Colour, VersionStatus
from hall.supervision.forms.rules import SwitchOnForm, TryForm, WordingForm
from hall.supervision.models import RuleVersion, SuperviseRule, Trial, TrialLine
from hall.supervision.views.attempts import attempted, pressed

PER_PAGE: Final = 50
_COLUMNS: Final = (
    Column("at", "发生时间", "datetime"),
    Column("text", "事实"),
    Column("docket", "办件编号"),
    Column("paused", "停表中"),
)
_LIST: Final = (
    Column("rule", "规则"),
    Column("on", "启用"),
    Column("draft", "草稿"),
    Column("basis", "依据"),
    Column("cards", "有效的牌", "number"),
)


@require_safe
@right_required("supervision.view")
def rule_list(request: StaffRequest) -> HttpResponse:
    """Every rule, what is on, and what waits as a draft."""
    context = {"lines": queries.rule_lines(request.user), "may_edit": has_right(request.user, "supervision.rules")}
    return render(request, "supervision/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("supervision.view")
def rule_export(request: StaffRequest) -> HttpResponseBase:
    """The same list as a file, a line a rule."""

    def build() -> Table:
        notes = [f"截至 {timezone.localtime():%Y-%m-%d %H:%M}。", "“有效的牌”不含不成立和已撤销的。"]
        return Table("监察规则", _LIST, map(_listed, queries.rule_lines(request.user)), notes, filters=())

    return exports.offer(request, title="监察规则", build=build, back=reverse("supervision:rules"))


def _listed(line: queries.RuleLine) -> tuple[Any, ...]:
    on = "；".join(
        f"{version.get_colour_display()}，自 {version.applies_from:%Y-%m-%d}"
        + (f"（{version.center.name}）" if version.center else "")
        for version in line.on
    )
    draft = f"第 {line.draft.number} 版" if line.draft else ""
    return line.rule.name, on or "没有启用", draft, line.template.basis if line.template else "", line.cards


@require_safe
@right_required("supervision.view")
def rule(request: StaffRequest, code: str) -> HttpResponse:
    """One rule: what it watches, and all its versions."""
    shown = get_object_or_404(SuperviseRule, code=code)
    source = sources.source_of(shown.source) if sources.known(shown.source) else None
    versions = queries.versions_visible_to(request.user).filter(rule=shown)
    found = versions.select_related("center", "enabled_by__staff", "stopped_by__staff").order_by("-number")
    context = {
        "rule": shown,
        "source": source,
        "versions": [_described(version, request) for version in found],
        "may_edit": has_right(request.user, "supervision.rules"),
        "trials": queries.trials_visible_to(request.user).filter(lines__version__rule=shown).distinct()[:10],
    }
    return render(request, "supervision/rule.html", context)


def _described(version: RuleVersion, request: StaffRequest) -> dict[str, Any]:
    labels = {}
    if sources.known(version.rule.source):
        labels = {option.name: option for option in sources.source_of(version.rule.source).options}
    own = rules.may_edit.test(request.user, version)
    return {
        "version": version,
        "options": [
            (labels[name].label, f"{value} {labels[name].unit}")
            for name, value in version.options.items()
            if name in labels
        ],
        "badge": VersionStatus(version.status).badge,
        "may_edit": own and version.status == VersionStatus.DRAFT,
        "may_stop": own and version.status == VersionStatus.ON,
        "tried": version.status != VersionStatus.DRAFT or actions.tried(version),
    }


@require_POST
@right_required("supervision.rules")
def rule_draft(request: StaffRequest, code: str) -> HttpResponse:
    """Begin, or go on with, the draft of one's own center."""
    shown = get_object_or_404(SuperviseRule, code=code)
    draft = actions.draft(shown, by=request.user, at=timezone.now())
    return redirect("supervision:version-edit", draft.pk)


def _own_version(request: StaffRequest, pk: UUID) -> RuleVersion:
    found = queries.versions_visible_to(request.user).select_related("rule", "center")
    version = get_object_or_404(found, pk=pk)
    if not rules.may_edit.test(request.user, version):
        raise PermissionDenied("规则由本中心的督查人员起草、启用和停用。")
    return version


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("supervision.rules")
def version_edit(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The wording and thresholds of a draft."""
    version = _own_version(request, pk)
    if version.status != VersionStatus.DRAFT:
        messages.error(request, "这个版本启用过，不能再改；请起草新的版本。")
        return redirect("supervision:rule", version.rule.code)
    form = WordingForm(posted(request), version=version)
    if request.method == "POST" and attempted(
        form, lambda _: actions.save_draft(version, form.wording, by=request.user, at=timezone.now())
    ):
        messages.success(request, "草稿已保存。启用前请用过去的数据试算。")
        return redirect(f"{reverse('supervision:trial-new')}?versions={version.pk}")
    return ask(request, "supervision/version_edit.html", form, version=version)


@require_POST
@right_required("supervision.rules")
def version_discard(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Throw a draft away."""
    version = _own_version(request, pk)
    back = reverse("supervision:rule", args=[version.rule.code])
    return pressed(request, back, "草稿已删去。", lambda: actions.discard(version, by=request.user, at=timezone.now()))


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("supervision.rules")
def version_on(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Switch a draft on: from which day, and what that means."""
    version = _own_version(request, pk)
    form = SwitchOnForm(posted(request), initial={"applies_from": timezone.localdate()})
    if request.method == "POST" and attempted(
        form, lambda data: actions.switch_on(version, by=request.user, at=timezone.now(), **data)
    ):
        messages.success(request, f"“{version.rule.name}”已启用。")
        return redirect("supervision:rule", version.rule.code)
    trials = TrialLine.objects.filter(version=version).select_related("trial").order_by("-trial__tried_at")[:5]
    context = {"version": version, "trials": trials, "tried": actions.tried(version)}
    return ask(request, "supervision/version_on.html", form, **context)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("supervision.rules")
def version_off(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Switch a version off, after asking once more."""
    version = _own_version(request, pk)
    back = reverse("supervision:rule", args=[version.rule.code])
    if request.method == "POST":
        done = f"“{version.rule.name}”已停用。"
        return pressed(request, back, done, lambda: actions.switch_off(version, by=request.user, at=timezone.now()))
    if version.status != VersionStatus.ON:
        messages.error(request, "这个版本没有启用。")
        return redirect(back)
    return render(request, "supervision/version_off.html", {"version": version})


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("supervision.rules")
def trial_new(request: StaffRequest) -> HttpResponse:
    """Which versions to try on which past period."""
    at = timezone.now()
    versions = _triable(request)
    last_month = periods.holding(periods.PeriodKind.MONTH, timezone.localdate(at)).previous()
    chosen = [key for key in (_uuid(text) for text in request.GET.getlist("versions")) if key]
    form = TryForm(posted(request), versions=versions, initial={"period": last_month.code, "versions": chosen})
    made: list[Trial] = []
    if request.method == "POST" and attempted(
        form,
        lambda data: made.append(simulation.try_on(list(data["versions"]), data["period"], by=request.user, at=at)),
    ):
        return redirect("supervision:trial", made[0].pk)
    trials = queries.trials_visible_to(request.user)[:10]
    return ask(request, "supervision/trial_new.html", form, trials=trials, nothing=not versions.exists())


def _triable(request: StaffRequest) -> QuerySet[RuleVersion]:
    """The center's own drafts and what is on."""
    home = rules.home_of(request.user)
    own = Q(center__isnull=True) if home is None else Q(center_id=home)
    found = RuleVersion.objects.filter(own, status__in=(VersionStatus.DRAFT, VersionStatus.ON))
    return found.select_related("rule").order_by("rule__position", "number")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_safe
@right_required("supervision.view")
def trial(request: StaffRequest, pk: UUID) -> HttpResponse:
    """What would have been raised: the counts as tried, and the very facts as they stand now."""
    shown = get_object_or_404(queries.trials_visible_to(request.user), pk=pk)
    lines = queries.lines_of(shown)
    line = _chosen(request, lines)
    page, trouble = _page(request, line), ""
    if page is None and line is not None:
        trouble = f"事实来源“{line.version.rule.source}”现在没有接入，名单暂时看不到。"
    context = {
        "trial": shown,
        "period": periods.parse(shown.period),
        "lines": lines,
        "line": line,
        "page": page,
        "trouble": trouble,
        "facts": [_shown(fact) for fact in (page.object_list if page else [])],
        "query": f"line={line.pk}" if line else "",
        "departments": queries.named(_counts(line, "departments"), Department) if line else [],
        "people": queries.named(_counts(line, "people"), Staff)[:30] if line else [],
        "may_edit": line is not None and rules.may_edit.test(request.user, line.version),
        "totals": _totals(lines),
    }
    return render(request, "supervision/trial.html", context)


def _counts(line: TrialLine, name: str) -> Iterator[tuple[int, int]]:
    return ((int(key), count) for key, count in getattr(line, name).items())


def _chosen(request: StaffRequest, lines: list[TrialLine]) -> TrialLine | None:
    wanted = words(request, "line", 20)
    return next((line for line in lines if str(line.pk) == wanted), lines[0] if lines else None)


def _totals(lines: list[TrialLine]) -> str:
    """14 张黄牌、2 张红牌."""
    counts = [(colour, sum(line.count for line in lines if line.colour == colour)) for colour in Colour]
    said = [
        f"{count} {'条' if colour == Colour.SIGNAL else '张'}{colour.label}"
        for colour, count in counts
        if any(line.colour == colour for line in lines)
    ]
    return "、".join(said)


class _Found:
    """The facts of a line as a sequence a paginator can cut."""

    def __init__(self, line: TrialLine) -> None:
        self.line, self.total = line, simulation.total_of(line)

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, cut: slice) -> list[Fact]:
        return simulation.facts_of(self.line, offset=cut.start or 0, limit=cut.stop - (cut.start or 0))


def _page(request: StaffRequest, line: TrialLine | None) -> Any:
    if line is None or not sources.known(line.version.rule.source):
        return None
    return Paginator(_Found(line), PER_PAGE).get_page(request.GET.get("page"))  # type: ignore[arg-type]


def _shown(fact: Fact) -> dict[str, Any]:
    return {"fact": fact, "url": navigation.docket_url(fact.docket) or fact.url}


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("supervision.rules")
def trial_export(request: StaffRequest, pk: UUID) -> HttpResponseBase:
    """The list behind one line of a trial, as a file."""
    shown = get_object_or_404(queries.trials_visible_to(request.user), pk=pk)
    line = _chosen(request, queries.lines_of(shown))
    back = f"{reverse('supervision:trial', args=[pk])}?{request.GET.urlencode()}"
    return exports.offer(request, title="监察规则试算", build=lambda: _table(shown, line), back=back)


def _table(shown: Trial, line: TrialLine | None) -> Table:
    known = line is not None and sources.known(line.version.rule.source)
    found = simulation.facts_of(line, offset=0, limit=simulation.MOST) if line is not None and known else []
    rows = ((fact.occurred_at, fact.text, numbers.grouped(fact.docket), "是" if fact.paused else "") for fact in found)
    asked = [Chosen("试算期间", periods.parse(shown.period).label)]
    if line is not None:
        version = line.version
        asked.append(Chosen("规则", f"{version.rule.name} 第 {version.number} 版 {line.get_colour_display()}"))
    return Table("监察规则试算", _COLUMNS, rows, ["只是试算，没有发牌；停表中的不发。"], filters=asked)
