"""What a person said of their cases, for the copy they may ask for. An anonymous answer is nobody's (ADR 12)."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils import timezone

from hall.evaluation.enums import BadReason, GoodReason
from hall.evaluation.models import Evaluation
from hall.privacy.canonical import canonical_phone
from hall.retention import persons
from hall.retention.persons import Entry, Part, Person

_REASONS = {**dict(BadReason.choices), **dict(GoodReason.choices)}


def announce() -> None:
    """Tell the room of keeping."""
    covers = frozenset({"evaluation_evaluation.text", "evaluation_evaluation.phone"})
    persons.register(Part("evaluations", "评价", covers, entries))


def evaluations_of(person: Person) -> Iterator[Evaluation]:
    """Signed answers about cases in which they act, and signed forms from a box that bear a telephone of theirs."""
    signed = Evaluation.objects.filter(anonymous=False, center__in=person.centers).select_related("invitation")
    about = Q(invitation__docket__in=person.acting)
    on_paper = Q(invitation__isnull=True, phone__isnull=False) if person.phones else Q(pk__in=())
    for given in signed.filter(about | on_paper).order_by("given_at", "pk"):
        if given.invitation_id is not None or canonical_phone(given.phone or "") in person.phones:
            yield given


def entries(person: Person) -> Iterator[Entry]:
    """One entry an answer. Its number stays out of the ledger: by their key answers can be told apart."""
    for given in evaluations_of(person):
        yield Entry(reference_of(given), tuple(_lines(given)), "evaluation", given.center_id, given.given_at,
                    public=False)  # fmt: skip


def reference_of(given: Evaluation) -> str:
    """The number of the case, or that of the answer where a form from a box names none."""
    return given.invitation.docket if given.invitation else str(given.pk)


def _lines(given: Evaluation) -> Iterator[tuple[str, str]]:
    yield "事项", given.item_name
    yield "评价", str(given.get_grade_display())
    yield "原因", "、".join(str(_REASONS.get(code, code)) for code in given.reasons)
    yield "意见", given.text
    yield "联系电话", given.phone or ""
    yield "评价时间", f"{timezone.localtime(given.given_at):%Y-%m-%d %H:%M}，{given.get_via_display()}"
