"""What every form of the house has in common."""

import re

import pytest
from crispy_forms.layout import Fieldset, Layout, Row
from crispy_forms.utils import render_crispy_form
from django import forms

from hall.forms import HallForm, HallModelForm, error_links, formset_error_links
from hall.organisation.models import Window


class Filing(HallForm):
    name = forms.CharField(label="姓名", max_length=4, min_length=2, help_text="与身份证一致。")
    phone = forms.CharField(label="手机", required=False)
    kind = forms.ChoiceField(label="申请人类型", choices=[("p", "个人"), ("o", "单位")], widget=forms.RadioSelect)
    channel = forms.ChoiceField(label="渠道", choices=[("w", "窗口")])
    on = forms.DateField(label="收件日期")
    at = forms.DateTimeField(label="收件时刻", required=False)
    copies = forms.IntegerField(label="份数", min_value=1, max_value=9)
    mail = forms.EmailField(label="邮箱", required=False)
    scan = forms.FileField(label="扫描件")
    agreed = forms.BooleanField(label="已核对原件")
    secret = forms.CharField(label="口令", widget=forms.PasswordInput, required=False)
    key = forms.CharField(widget=forms.HiddenInput, required=False)
    remark = forms.CharField(label="说明", required=False, widget=forms.Textarea)


GOOD = {"name": "王丽", "kind": "p", "channel": "w", "on": "2026-05-18", "copies": "2", "agreed": "on"}


def said(**data) -> dict[str, list[str]]:
    return {name: list(errors) for name, errors in Filing({**GOOD, **data}).errors.items()}


def html(form: forms.BaseForm) -> str:
    return render_crispy_form(form)


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("name", "", "请填写姓名。"),
        ("name", "王", "姓名至少 2 个字，现在是 1 个字，请补全。"),
        ("name", "欧阳王丽丽", "姓名最多 4 个字，现在是 5 个字，请缩短。"),
        ("name", "王\x00丽", "姓名里有不能保存的字符，请删去后再提交。"),
        ("kind", "", "请选择申请人类型。"),
        ("kind", "x", "请从列出的申请人类型里选一个。"),
        ("channel", "", "请选择渠道。"),
        ("on", "", "请填写收件日期。"),
        ("on", "5月18日", "收件日期要写成“2026-05-18”的样子。"),
        ("on", "2026-02-30", "收件日期要写成“2026-05-18”的样子。"),
        ("at", "早上", "收件时刻要写成“2026-05-18 09:30”的样子。"),
        ("copies", "两份", "份数要填数字，例如 20。"),
        ("copies", "0", "份数不能小于 1，请改大。"),
        ("copies", "10", "份数不能大于 9，请改小。"),
        ("mail", "王丽", "邮箱要写成“name@example.com”的样子。"),
        ("agreed", "", "请勾选“已核对原件”。"),
        ("scan", "", "请选择扫描件。"),
    ],
)
def test_errors_say_what_to_do(name, typed, sentence):
    assert said(**{name: typed})[name] == [sentence]


def test_a_sentence_the_form_chose_is_kept():
    class Own(HallForm):
        code = forms.CharField(label="查询码", error_messages={"required": "查询码在收件凭证上。"})

    assert Own({}).errors["code"] == ["查询码在收件凭证上。"]


def test_a_label_with_a_percent_sign_is_harmless():
    class Share(HallForm):
        share = forms.CharField(label="占比%", max_length=1)

    assert Share({"share": "12"}).errors["share"] == ["占比%最多 1 个字，现在是 2 个字，请缩短。"]


def test_a_field_without_a_label_is_called_by_its_name():
    class Bare(HallForm):
        code = forms.CharField()

    assert Bare({}).errors["code"] == ["请填写code。"]


def test_label_help_field_and_error_stand_in_this_order():
    text = html(Filing({**GOOD, "name": ""}))
    part = text[text.index('id="div_id_name"') :]
    places = [part.index(word) for word in (">姓名", "与身份证一致", "<input", "请填写姓名")]
    assert places == sorted(places)


def test_the_field_names_its_help_and_its_error():
    text = html(Filing({**GOOD, "name": ""}))
    field = re.search(r'<input[^>]*name="name"[^>]*>', text).group(0)
    assert 'aria-describedby="id_name_helptext id_name_error"' in field
    assert 'aria-invalid="true"' in field


def test_every_id_named_exists_once():
    text = html(Filing({}))
    named = {one for ids in re.findall(r'aria-describedby="([^"]+)"', text) for one in ids.split()}
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert named - set(ids) == set()
    assert len(ids) == len(set(ids))


def test_choices_stand_in_a_fieldset_with_a_legend():
    text = html(Filing(GOOD))
    assert re.search(r"<fieldset[^>]*>\s*<legend[^>]*>申请人类型", text)


def test_an_optional_field_says_so_and_a_required_one_has_no_star():
    text = html(Filing(GOOD))
    assert re.search(r'手机 <span class="optional">（选填）', text)
    assert "*" not in text


def test_required_is_said_to_assistive_technology_only():
    text = html(Filing(GOOD))
    assert 'aria-required="true"' in re.search(r'<input[^>]*name="name"[^>]*>', text).group(0)
    assert not re.search(r"<(input|select|textarea)[^>]*\srequired[\s>]", text)


def test_the_browser_does_not_offer_what_the_last_person_typed():
    assert 'autocomplete="off"' in re.search(r'<input[^>]*name="phone"[^>]*>', html(Filing(GOOD))).group(0)


def test_a_purpose_the_form_names_is_kept():
    class Login(HallForm):
        username = forms.CharField(widget=forms.TextInput(attrs={"autocomplete": "username"}))

    assert 'autocomplete="username"' in html(Login())


def test_a_date_is_shown_the_way_the_browser_reads_it():
    assert re.search(r'<input type="date"[^>]*value="2026-05-18"', html(Filing(GOOD)))


def test_the_form_writes_no_form_tag_and_no_token_of_its_own():
    text = html(Filing(GOOD))
    assert "<form" not in text
    assert "csrf" not in text


def test_the_summary_links_every_error_to_its_field():
    form = Filing({})
    text = html(form)
    for link in form.error_links:
        assert f'<a href="#{link.target}">{link.message}</a>' in text
        assert f'id="{link.target}"' in text


def test_a_form_without_errors_has_no_summary():
    assert "error-summary" not in html(Filing())


def test_an_error_of_the_whole_form_stands_first_and_leads_nowhere():
    form = Filing({})
    form.add_error(None, "这个人今天已经办过同一件事。")
    assert (form.error_links[0].target, form.error_links[0].message) == ("", "这个人今天已经办过同一件事。")


def test_what_people_typed_is_text():
    text = html(Filing({**GOOD, "name": '"><script>alert(1)</script>'}))
    assert "<script>" not in text


def test_the_summary_follows_the_layout():
    class Turned(HallForm):
        first = forms.CharField(label="甲")
        second = forms.CharField(label="乙")
        third = forms.CharField(label="丙")
        layout = Layout(Row("second"), "first")

    assert [link.message for link in Turned({}).error_links] == ["请填写乙。", "请填写甲。", "请填写丙。"]


def test_a_layout_may_be_a_method():
    class Made(HallForm):
        first = forms.CharField(label="甲")

        def layout(self):
            return Layout(Row("first"))

    assert 'class="row' in html(Made())


def test_two_forms_do_not_share_what_they_were_given():
    Filing().fields["name"].widget.attrs["aria-required"] = "false"
    assert Filing().fields["name"].widget.attrs["aria-required"] == "true"


def test_rows_of_a_formset_are_named_by_their_number():
    rows = forms.formset_factory(Filing, extra=0)(
        {
            "form-TOTAL_FORMS": "2",
            "form-INITIAL_FORMS": "0",
            **{f"form-0-{k}": v for k, v in GOOD.items()},
            "form-1-phone": "1",
        },
    )
    messages = [link.message for link in formset_error_links(rows)]
    assert "第 2 行：请填写姓名。" in messages


def test_a_model_form_speaks_the_same_way():
    class WindowForm(HallModelForm):
        class Meta:
            model = Window
            fields = ["number"]
            labels = {"number": "窗口号"}

    form = WindowForm({})
    assert [link.message for link in error_links(form)] == ["请填写窗口号。"]
    assert 'aria-describedby="id_number_error"' in html(form)


def test_a_hidden_field_is_written_without_a_label():
    assert re.search(r'<input type="hidden" name="key"', html(Filing()))


def test_a_text_area_leaves_the_next_question_in_sight():
    assert 'rows="4"' in html(Filing())


def test_a_titled_part_of_a_form_is_a_section():
    class Parted(HallForm):
        first = forms.CharField(label="甲")
        layout = Layout(Fieldset("申请人", "first", css_class="applicant"))

    text = html(Parted())
    assert '<fieldset class="form-section applicant">' in text
    assert "<legend>申请人</legend>" in text
    assert 'name="first"' in text
