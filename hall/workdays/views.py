"""The public calculator."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hall.workdays import queries
from hall.workdays.calculator import answer
from hall.workdays.forms import CalculatorForm
from hall.workdays.terms import Unit


@require_safe
def calculator(request: HttpRequest) -> HttpResponse:
    """期限计算器: the question is the address, the answer comes with its arithmetic. Works without script."""
    today = timezone.localdate()
    asked = request.GET if "start" in request.GET or "count" in request.GET else None
    initial = {"start": today, "count": 20, "unit": Unit.WORKDAY.value}
    form = CalculatorForm(asked, regions=queries.regions(), initial=initial)
    explanation = answer(form, today=today) if form.is_bound and form.is_valid() else None
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "explanation": explanation, "published_through": queries.published_through()}
    return render(request, "workdays/calculator.html", context, status=status)
