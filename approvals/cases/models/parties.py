"""Who applies and who acts for them. Encrypted at rest, found by blind index (law 13)."""

from django.db import models
from django.db.models import Q

from approvals.cases.enums import PartyKind, PartyRole
from approvals.cases.models.case import Case
from hall.ledger.uuids import uuid7
from hall.privacy import masks
from hall.privacy.enums import IdentityKind
from hall.privacy.fields import EncryptedTextField


class Party(models.Model):
    """The applicant or the proxy of one case, as given on the day."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="parties")
    role = models.CharField("身份", max_length=20, choices=PartyRole)
    kind = models.CharField("类型", max_length=20, choices=PartyKind)
    name = EncryptedTextField("姓名或名称")
    name_index = models.CharField(max_length=64, db_index=True)
    identity_kind = models.CharField("证件类型", max_length=30, choices=IdentityKind)
    identity = EncryptedTextField("证件号码")
    identity_index = models.CharField(max_length=64, db_index=True)
    legal_representative = EncryptedTextField("法定代表人", blank=True)
    contact_name = EncryptedTextField("联系人", blank=True)
    phone = EncryptedTextField("联系电话", blank=True)
    phone_index = models.CharField(max_length=64, blank=True, db_index=True)
    address = EncryptedTextField("联系地址", blank=True)
    mandate = models.CharField("代理权限", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "当事人"
        constraints = (
            models.UniqueConstraint(
                fields=("case", "role"), name="party_role_once", violation_error_message="每件只能登记一名。"
            ),
            models.CheckConstraint(
                condition=~Q(role=PartyRole.PROXY) | ~Q(mandate=""),
                name="party_proxy_has_mandate",
                violation_error_message="代理人必须写明代理权限。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.case_id}"

    @property
    def masked_name(self) -> str:
        """The name as staff see it before they ask for more (law 13)."""
        mask = masks.mask_organisation if self.kind == PartyKind.ORGANISATION else masks.mask_name
        return mask(self.name)
