"""What every form of the house has in common: layout, words, and errors that say what to do.

A page writes::

    <form method="post" novalidate data-once>{% csrf_token %}{% crispy form %}
      <div class="form-actions"><button class="btn primary">保存</button></div></form>

Order on the page: error summary, then for each field label, help, control, error (templates/bootstrap5/).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorList

# Django's own sentence -> ours; `{label}` is the field's label. A message a form sets itself is left alone.
_TYPED = "请填写{label}。"
_CHOSEN = "请选择{label}。"
_TICKED = "请勾选“{label}”。"
_SENTENCES = {
    "max_length": "{label}最多 %(limit_value)d 个字，现在是 %(show_value)d 个字，请缩短。",
    "min_length": "{label}至少 %(limit_value)d 个字，现在是 %(show_value)d 个字，请补全。",
    "max_value": "{label}不能大于 %(limit_value)s，请改小。",
    "min_value": "{label}不能小于 %(limit_value)s，请改大。",
    "null_characters_not_allowed": "{label}里有不能保存的字符，请删去后再提交。",
}
_INVALID: tuple[tuple[type[forms.Field], str], ...] = (
    (forms.DateTimeField, "{label}要写成“2026-05-18 09:30”的样子。"),
    (forms.DateField, "{label}要写成“2026-05-18”的样子。"),
    (forms.TimeField, "{label}要写成“09:30”的样子。"),
    (forms.IntegerField, "{label}要填数字，例如 20。"),
    (forms.EmailField, "{label}要写成“name@example.com”的样子。"),
    (forms.FileField, "{label}没有传上来，请重新选择文件。"),
)
_DASHES = "---------"  # what Django shows where nothing is chosen yet
_NOT_REQUIRED_IN_WORDS = (forms.CheckboxInput, forms.HiddenInput, forms.FileInput)


@dataclass(frozen=True, slots=True)
class ErrorLink:
    """One line of the error summary. `target` is the id of the control, empty for an error of the whole form."""

    target: str
    message: str


class HallForm(forms.Form):
    """A form laid out by crispy, without a `<form>` tag of its own, speaking exact Chinese."""

    title: str = ""
    error_title: str = ""  # above the errors; empty for the usual "please mend the following"
    use_required_attribute = False  # we answer in our own words, beside the field, not in the browser's bubble

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            dress(name, field)

    @property
    def helper(self) -> FormHelper:
        return helper(self)

    @property
    def error_links(self) -> tuple[ErrorLink, ...]:
        return error_links(self)


class HallModelForm(forms.ModelForm):
    """The same for a form that reads its fields from a model. It validates; actions save."""

    title: str = ""
    error_title: str = ""  # above the errors; empty for the usual "please mend the following"
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            dress(name, field)

    @property
    def helper(self) -> FormHelper:
        return helper(self)

    @property
    def error_links(self) -> tuple[ErrorLink, ...]:
        return error_links(self)


def helper(form: forms.BaseForm) -> FormHelper:
    """A crispy helper that writes fields only: the page owns the `<form>` tag, the token and the buttons."""
    made = FormHelper(form)
    made.form_tag = False
    made.disable_csrf = True
    layout = getattr(form, "layout", None)
    if layout is not None:
        made.layout = layout() if callable(layout) else layout
    return made


def dress(name: str, field: forms.Field) -> None:
    """Give a field our sentences and what assistive technology needs to know."""
    label = str(field.label or name).rstrip("：:")
    choice = isinstance(field, forms.ChoiceField | forms.ModelChoiceField)
    _say(field, "required", _required(field).format(label=label))
    for code, sentence in _SENTENCES.items():
        # Validators look their code up here first, so one sentence serves all of them.
        field.error_messages.setdefault(code, sentence.format(label=label.replace("%", "%%")))
    for kind, sentence in _INVALID:
        if isinstance(field, kind):
            _say(field, "invalid", sentence.format(label=label))
            break
    if choice:
        _say(field, "invalid_choice", f"请从列出的{label}里选一个。")
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == _DASHES:
            field.empty_label = "请选择" if field.required else "不选"
        # Django asks this outside of the validators, with a sentence of its own that no error_messages reach.
        null = ProhibitNullCharactersValidator(field.error_messages["null_characters_not_allowed"])
        field.validate_no_null_characters = null  # type: ignore[method-assign]
    _attributes(field, field.widget)


def _attributes(field: forms.Field, widget: forms.Widget) -> None:
    if field.required and not widget.use_fieldset and not isinstance(widget, _NOT_REQUIRED_IN_WORDS):
        widget.attrs.setdefault("aria-required", "true")
    if isinstance(widget, forms.Textarea) and widget.attrs.get("rows") == "10":
        widget.attrs["rows"] = "4"  # Django's ten would push the next question off the screen
    if isinstance(field, forms.DateField) and isinstance(widget, forms.DateInput):
        widget.input_type = "date"
        widget.format = "%Y-%m-%d"
    # The shared window PC must not offer the next person what the last one typed.
    if not isinstance(widget, forms.HiddenInput | forms.PasswordInput) and not widget.use_fieldset:
        widget.attrs.setdefault("autocomplete", "off")


def _required(field: forms.Field) -> str:
    if isinstance(field, forms.BooleanField):
        return _TICKED
    chosen = isinstance(field, forms.ChoiceField | forms.ModelChoiceField | forms.FileField)
    return _CHOSEN if chosen else _TYPED


def _say(field: forms.Field, code: str, sentence: str) -> None:
    """Replace Django's stock sentence, never one the form chose itself."""
    stock = {
        str(messages[code])
        for cls in type(field).__mro__
        if code in (messages := getattr(cls, "default_error_messages", {}))
    }
    if code not in field.error_messages or str(field.error_messages[code]) in stock:
        field.error_messages[code] = sentence


def error_links(form: forms.BaseForm) -> tuple[ErrorLink, ...]:
    """Every error of the form in page order, each with the id of the control it is about."""
    lines = [ErrorLink("", message) for message in _texts(form.non_field_errors())]
    for bound in _in_page_order(form):
        lines += [ErrorLink(_target(bound), message) for message in _texts(bound.errors)]
    return tuple(lines)


def _in_page_order(form: forms.BaseForm) -> list[BoundField]:
    layout = helper(form).layout
    names = [pointer.name for pointer in layout.get_field_names()] if layout else []
    return [form[name] for name in names if name in form.fields] + [bound for bound in form if bound.name not in names]


def formset_error_links(formset: forms.BaseFormSet) -> tuple[ErrorLink, ...]:
    """The same for all rows of a formset, its own errors first."""
    lines = [ErrorLink("", message) for message in _texts(formset.non_form_errors())]
    for number, form in enumerate(formset.forms, start=1):
        lines += [ErrorLink(link.target, f"第 {number} 行：{link.message}") for link in error_links(form)]
    return tuple(lines)


def _texts(errors: ErrorList) -> Iterable[str]:
    return (str(message) for message in errors)


def _target(bound: BoundField) -> str:
    """A fieldset cannot take focus: link to its first choice."""
    if bound.is_hidden:
        return ""
    return bound.id_for_label or (f"{bound.auto_id}_0" if bound.auto_id else "")
