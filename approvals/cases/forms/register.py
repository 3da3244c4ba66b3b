"""The registration form: one page, keyboard first. It validates; `actions.register` files."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

from crispy_forms.layout import HTML, Field, Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError

from approvals.cases import attachments
from approvals.cases.actions import Application, MaterialFacts, PartyFacts
from approvals.cases.enums import Channel, MaterialState, PartyKind
from approvals.catalogue.enums import ServiceTarget
from approvals.catalogue.models import ItemVersion, Material
from hall.facts.errors import Refused
from hall.forms import HallForm
from hall.privacy.enums import ORGANISATION_KINDS, PERSON_KINDS, IdentityKind
from hall.privacy.identity import check_identity, check_phone

# Online filing, joint and forwarded cases are filed elsewhere; these are what a window receives.
WINDOW_CHANNELS = (Channel.WINDOW, Channel.POST, Channel.EMAIL, Channel.AGENT, Channel.OUTREACH)
AT_THE_DESK = (MaterialState.RECEIVED, MaterialState.MISSING, MaterialState.FAULTY, MaterialState.WAIVED)
NAME_LENGTH = 80


_END = HTML("</details>")


def _details(summary: str) -> HTML:
    """The beginning of a part that is folded until it is needed, or has an answer or an error in it."""
    unfolded = "{% if form.errors or form.by_proxy.value or form.received_at.value %} open{% endif %}"
    return HTML(f'<details class="form-more"{unfolded}><summary>{summary}</summary>')


class MaterialLine(forms.Form):
    """One line of the check list; the arrow keys move between its choices."""

    state = forms.ChoiceField(
        choices=[(s.value, s.label) for s in AT_THE_DESK],
        initial=MaterialState.MISSING,
        widget=forms.RadioSelect({"class": "form-check-input"}),
    )
    copies = forms.IntegerField(
        min_value=0, max_value=999, required=False, error_messages={"invalid": "份数要填数字，例如 1。"}
    )
    original_checked = forms.BooleanField(required=False)
    note = forms.CharField(max_length=200, required=False)

    scan = forms.FileField(required=False)

    def __init__(self, material: Material, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, prefix=f"m{material.pk}")
        self.material = material
        self.fields["copies"].initial = material.copies

    def clean_scan(self) -> bytes:
        """The scan's content, judged by what it is and not by its name; empty where none was chosen."""
        upload = self.cleaned_data["scan"]
        if upload is None:
            return b""
        content = bytes(upload.read(attachments.MAX_BYTES + 1))
        try:
            attachments.check(content)
        except Refused as refusal:
            raise ValidationError(refusal.sentence) from refusal
        return content

    def facts(self) -> MaterialFacts:
        """What the clerk found."""
        copies = self.cleaned_data["copies"]
        return MaterialFacts(
            material=self.material,
            state=MaterialState(self.cleaned_data["state"]),
            copies=self.material.copies if copies is None else copies,
            original_checked=self.cleaned_data["original_checked"],
            note=self.cleaned_data["note"],
        )


class RegisterForm(HallForm):
    """Applicant, proxy, channel. The item was chosen before; its material lines come beside as `lines`."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    kind = forms.ChoiceField(label="申请人类型", choices=PartyKind, widget=forms.RadioSelect)
    identity_kind = forms.ChoiceField(label="证件类型", choices=IdentityKind)
    identity = forms.CharField(label="证件号码", max_length=40, widget=forms.TextInput({"class": "mono"}))
    name = forms.CharField(label="姓名或名称", max_length=NAME_LENGTH)
    phone = forms.CharField(label="联系电话", max_length=30, widget=forms.TextInput({"class": "mono"}))
    contact_name = forms.CharField(label="联系人", max_length=40, required=False, help_text="法人和其他组织要填。")
    legal_representative = forms.CharField(label="法定代表人", max_length=40, required=False)
    address = forms.CharField(label="联系地址", max_length=200, required=False)
    by_proxy = forms.BooleanField(label="由代理人办理", required=False)
    proxy_identity_kind = forms.ChoiceField(
        label="代理人证件类型", choices=[(k.value, k.label) for k in IdentityKind if k in PERSON_KINDS], required=False
    )
    proxy_identity = forms.CharField(
        label="代理人证件号码", max_length=40, required=False, widget=forms.TextInput({"class": "mono"})
    )
    proxy_name = forms.CharField(label="代理人姓名", max_length=NAME_LENGTH, required=False)
    proxy_phone = forms.CharField(
        label="代理人电话", max_length=30, required=False, widget=forms.TextInput({"class": "mono"})
    )
    mandate = forms.CharField(
        label="代理权限", max_length=200, required=False, help_text="按授权委托书填写，例如“递交材料、领取文书”。"
    )
    channel = forms.ChoiceField(label="渠道", choices=[(c.value, c.label) for c in WINDOW_CHANNELS])
    summary = forms.CharField(label="办理摘要", max_length=200, required=False)
    received_at = forms.DateTimeField(
        label="实际收件时间",
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput({"type": "datetime-local", "class": "middle"}),
        help_text="刚收到的不用填；补录以前收到的才填，并写明理由。",
    )
    backdate_reason = forms.CharField(label="补录理由", max_length=200, required=False)
    confirm_duplicate = forms.BooleanField(label="已核对不是重复申请，仍要收件", required=False)

    layout = Layout(
        "key",
        Fieldset(
            "申请人",
            Field("kind", wrapper_class="inline"),
            Row("identity_kind", "identity"),
            Row("name", "phone"),
            Row("contact_name", "legal_representative"),
            "address",
            css_class="form-section",
        ),
        _details("代理人"),
        "by_proxy",
        Row("proxy_identity_kind", "proxy_identity"),
        Row("proxy_name", "proxy_phone"),
        "mandate",
        _END,
        Fieldset("收件", Row("channel", "summary"), css_class="form-section"),
        _details("补录以前收到的申请"),
        Row("received_at", "backdate_reason"),
        _END,
    )

    def __init__(self, version: ItemVersion, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        self.version = version
        person = version.target != ServiceTarget.ORGANISATION
        self.fields["kind"].initial = PartyKind.PERSON if person else PartyKind.ORGANISATION
        self.fields["identity_kind"].initial = IdentityKind.RESIDENT if person else IdentityKind.USCC
        if not self.is_bound:
            self.fields["identity"].widget.attrs["autofocus"] = True  # what a clerk reads off the card first
        self.lines = [MaterialLine(material, data, files) for material in version.materials.all()]

    def is_valid(self) -> bool:
        """The fields and every material line."""
        lines = [line.is_valid() for line in self.lines]
        return super().is_valid() and all(lines)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self._check_target(data.get("kind"))
        self._check_party(data.get("kind"), data)
        if data.get("by_proxy"):
            self._check_proxy(data)
        if data.get("received_at") and not data.get("backdate_reason"):
            self.add_error("backdate_reason", "补录以前收到的申请，请写明理由。")
        return data

    def _check_target(self, kind: str | None) -> None:
        """The guide says who may apply; the form holds to it."""
        target = self.version.target
        if kind and target != ServiceTarget.BOTH and kind != target:
            self.add_error("kind", f"这个事项由{self.version.get_target_display()}申请，请改选申请人类型。")

    def _check_party(self, kind: str | None, data: dict[str, Any]) -> None:
        identity_kind = data.get("identity_kind")
        kinds = ORGANISATION_KINDS if kind == PartyKind.ORGANISATION else PERSON_KINDS
        if kind and identity_kind and identity_kind not in kinds:
            self.add_error("identity_kind", f"{PartyKind(kind).label}不能用这种证件，请改选。")
        elif identity_kind and data.get("identity"):
            self._check("identity", lambda: check_identity(identity_kind, data["identity"]))
        if data.get("phone"):
            self._check("phone", lambda: check_phone(data["phone"]))
        if kind == PartyKind.ORGANISATION and not data.get("contact_name"):
            self.add_error("contact_name", "请填写联系人。")

    def _check_proxy(self, data: dict[str, Any]) -> None:
        for name, sentence in (
            ("proxy_name", "请填写代理人姓名。"),
            ("proxy_identity", "请填写代理人证件号码。"),
            ("mandate", "请写明代理权限。"),
        ):
            if not data.get(name):
                self.add_error(name, sentence)
        if data.get("proxy_identity"):
            kind = data.get("proxy_identity_kind") or ""
            self._check("proxy_identity", lambda: check_identity(kind, data["proxy_identity"]))
        if data.get("proxy_phone"):
            self._check("proxy_phone", lambda: check_phone(data["proxy_phone"]))

    def _check(self, name: str, check: Any) -> None:
        try:
            self.cleaned_data[name] = check()
        except ValidationError as error:
            self.add_error(name, error)

    def application(self) -> Application:
        """What `actions.register` takes."""
        data = self.cleaned_data
        received_at: datetime | None = data["received_at"]
        return Application(
            version=self.version,
            applicant=PartyFacts(
                **{
                    name: data[name]
                    for name in (
                        "kind",
                        "name",
                        "identity_kind",
                        "identity",
                        "phone",
                        "address",
                        "contact_name",
                        "legal_representative",
                    )
                }
            ),
            proxy=self._proxy() if data["by_proxy"] else None,
            channel=data["channel"],
            materials=tuple(line.facts() for line in self.lines),
            summary=data["summary"],
            received_at=received_at,
            backdate_reason=data["backdate_reason"],
        )

    def _proxy(self) -> PartyFacts:
        data = self.cleaned_data
        return PartyFacts(
            kind=PartyKind.PERSON,
            name=data["proxy_name"],
            identity_kind=data["proxy_identity_kind"],
            identity=data["proxy_identity"],
            phone=data["proxy_phone"],
            mandate=data["mandate"],
        )

    @property
    def scans(self) -> Iterator[tuple[Material, bytes]]:
        """The scans that came with the material lines."""
        return ((line.material, line.cleaned_data["scan"]) for line in self.lines if line.cleaned_data["scan"])

    @property
    def line_errors(self) -> Iterator[tuple[str, str]]:
        """Errors of the material lines, for the summary."""
        for line in self.lines:
            for errors in line.errors.values():
                yield line.material.name, str(errors[0])
