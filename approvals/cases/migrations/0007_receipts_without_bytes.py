"""A receipt is set from its snapshot whenever it is asked for; every other document keeps the bytes it was issued with."""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # the second half reads the whole table and must not hold the lock of the first
    dependencies = [("cases", "0006_figure_indexes")]

    operations = [
        migrations.AlterField(
            model_name="officialdocument",
            name="content",
            field=models.BinaryField(null=True, verbose_name="PDF（密文）"),
        ),
        AddConstraintNotValid(
            model_name="officialdocument",
            constraint=models.CheckConstraint(
                condition=models.Q(("content__isnull", False), ("kind", "receipt"), _connector="OR"),
                name="document_keeps_its_bytes",
                violation_error_message="除收件凭证外，文书必须保存正文。",
            ),
        ),
        ValidateConstraint(model_name="officialdocument", name="document_keeps_its_bytes"),
    ]
