"""Words for identity documents."""

from django.db import models


class IdentityKind(models.TextChoices):
    """What an applicant identifies with. The first four are documents of a person, the last one of an organisation."""

    RESIDENT = "resident", "居民身份证"
    HMT = "hmt", "港澳台居民居住证"
    FOREIGN_PERMANENT = "foreign_permanent", "外国人永久居留身份证"
    PASSPORT = "passport", "护照"
    USCC = "uscc", "统一社会信用代码"


PERSON_KINDS = frozenset(
    {IdentityKind.RESIDENT, IdentityKind.HMT, IdentityKind.FOREIGN_PERMANENT, IdentityKind.PASSPORT}
)
ORGANISATION_KINDS = frozenset({IdentityKind.USCC})
