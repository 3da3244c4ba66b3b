"""The fields of a filter above a list, written without the template engine.

A filter stands above every list, closed, on every request. Drawn field by field by crispy it cost more than the list
itself; boxes to type in and to choose from are all it has, and those are a label, a control and an error. Any other
field, and every form that takes in data, is still drawn by templates/bootstrap5/field.html. tests/hall holds the two
equal.
"""

from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from hall.forms import error_links
from hall.writing import said

_TYPED: Final = (forms.TextInput, forms.NumberInput, forms.DateInput)
_FIELD: Final = """
<div id="div_{id}" class="field{wrong}">
  <label for="{id}" class="form-label">{label}{optional}</label>
  {help}{control}{errors}
</div>
"""
_OPTIONAL: Final = ' <span class="optional">（选填）</span>'


def drawn(form: forms.BaseForm) -> SafeString:
    """All fields of the form in their order, what is wrong with them above and beside."""
    return SafeString(_summary(form) + "".join(_field(bound) for bound in form))


def _summary(form: forms.BaseForm) -> str:
    if not form.errors:
        return ""
    return render_to_string("components/error_summary.html", {"links": error_links(form)})


def _field(bound: BoundField) -> str:
    widget = bound.field.widget
    if type(widget) not in (*_TYPED, forms.Select):
        return render_to_string(
            "bootstrap5/field.html", {"field": bound, "form_show_labels": True, "form_show_errors": True}
        )
    return _FIELD.format(
        id=said(bound.auto_id),
        wrong=" has-error" if bound.errors else "",
        label=said(bound.label),
        optional="" if bound.field.required else _OPTIONAL,
        help=_help(bound) if bound.help_text else "",
        control=_select(bound) if isinstance(widget, forms.Select) else _input(bound),
        errors=_errors(bound) if bound.errors else "",
    )


def _help(bound: BoundField) -> str:
    return f'<div id="{said(bound.auto_id)}_helptext" class="form-text">{said(bound.help_text)}</div>'


def _errors(bound: BoundField) -> str:
    sentences = "".join(f"<p>{said(error)}</p>" for error in bound.errors)
    return f'<div id="{said(bound.auto_id)}_error" class="invalid-feedback">{sentences}</div>'


def _written(attributes: dict[str, Any]) -> str:
    """In the order they came, as the templates write them: True stands alone, False not at all."""
    shown = ((said(name), value) for name, value in attributes.items() if value is not False)
    return "".join(f" {name}" if value is True else f' {name}="{said(value)}"' for name, value in shown)


def _attributes(bound: BoundField, kind: str) -> str:
    widget = bound.field.widget
    own = type(widget).__name__.lower()
    wrong = " is-invalid" if bound.errors else ""
    attributes = {**widget.attrs, "class": f"{own} {kind}{wrong}"}
    return _written({**bound.build_widget_attrs(attributes, widget), "id": bound.auto_id})


def _input(bound: BoundField) -> str:
    widget: Any = bound.field.widget
    value = widget.format_value(bound.value())
    filled = {} if value is None else {"value": value}
    first = _written({"type": widget.input_type, "name": bound.html_name, **filled})
    return f"<input{first}{_attributes(bound, 'form-control')}>"


def _select(bound: BoundField) -> str:
    options = "".join(
        f'<option value="{said(value)}"{marked}>{said(label)}</option>' for value, marked, label in _options(bound)
    )
    return f'<select name="{said(bound.html_name)}"{_attributes(bound, "form-select")}>{options}</select>'


def _options(bound: BoundField) -> Iterator[tuple[str, str, Any]]:
    """Only the first that is chosen is marked, as Django's own widget does."""
    widget: Any = bound.field.widget
    chosen, found = widget.format_value(bound.value()), False
    for value, label in widget.choices:
        text = "" if value is None else str(value)
        marked = not found and text in chosen
        found = found or marked
        yield text, " selected" if marked else "", label
