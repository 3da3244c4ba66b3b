"""The encrypted column, on a table of its own made for the length of a test."""

import uuid

import pytest
from django.core.exceptions import FieldError, ValidationError
from django.db import connection, models

from hall.privacy.cipher import DecryptionFailed
from hall.privacy.fields import EncryptedTextField, Sealed

IDENTITY = "130302199003070018"


class Secret(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    identity = EncryptedTextField(max_length=40)
    phone = EncryptedTextField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        app_label = "privacy_tests"

    def __str__(self) -> str:
        return str(self.pk)


@pytest.fixture(autouse=True)
def _table(db: None) -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Secret)
    return


def column(secret: Secret, name: str = "identity") -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name} FROM {Secret._meta.db_table} WHERE id = %s", [str(secret.pk)])
        return cursor.fetchone()[0]


def test_value_comes_back_and_the_column_shows_nothing() -> None:
    secret = Secret.objects.create(identity=IDENTITY)
    assert Secret.objects.get().identity == IDENTITY
    stored = column(secret)
    assert stored.startswith("v1|")
    assert IDENTITY not in stored


def test_a_fresh_object_reads_what_was_assigned() -> None:
    secret = Secret(identity=IDENTITY)
    assert secret.identity == IDENTITY
    secret.save()
    assert secret.identity == IDENTITY


def test_assignment_and_update_fields() -> None:
    secret = Secret.objects.create(identity=IDENTITY)
    secret.identity = "E12345678"
    secret.save(update_fields=["identity"])
    assert Secret.objects.get().identity == "E12345678"


def test_saving_another_field_leaves_the_envelope_alone() -> None:
    secret = Secret.objects.create(identity=IDENTITY)
    before = column(secret)
    loaded = Secret.objects.get()
    loaded.note = "x"
    loaded.save()
    assert column(secret) == before


def test_reading_before_saving_leaves_the_envelope_alone() -> None:
    secret = Secret.objects.create(identity=IDENTITY)
    before = column(secret)
    loaded = Secret.objects.get()
    assert loaded.identity == IDENTITY
    loaded.save()
    assert column(secret) == before


def test_bulk_create() -> None:
    Secret.objects.bulk_create([Secret(identity=f"E{n}", note=str(n)) for n in range(3)])
    assert [secret.identity for secret in Secret.objects.order_by("note")] == ["E0", "E1", "E2"]


def test_empty_and_null_stay_what_they_are() -> None:
    secret = Secret.objects.create(identity="", phone=None)
    assert column(secret) == ""
    assert column(secret, "phone") is None
    assert Secret.objects.get(phone__isnull=True).identity == ""


def test_p03_envelope_copied_to_another_row_does_not_open() -> None:
    one, other = (Secret.objects.create(identity=f"E{n}") for n in range(2))
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {Secret._meta.db_table} SET identity = %s WHERE id = %s", [column(one), str(other.pk)])
    with pytest.raises(DecryptionFailed):
        _ = Secret.objects.get(pk=other.pk).identity


def test_p03_envelope_copied_to_another_column_does_not_open() -> None:
    secret = Secret.objects.create(identity=IDENTITY)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {Secret._meta.db_table} SET phone = identity")
    with pytest.raises(DecryptionFailed, match=f"phone.{secret.pk}"):
        _ = Secret.objects.get().phone


def test_a_row_with_a_damaged_value_still_loads() -> None:
    Secret.objects.create(identity=IDENTITY, note="readable")
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {Secret._meta.db_table} SET identity = 'v1|gone|AAAA|AAAA'")
    assert Secret.objects.get().note == "readable"


def test_deferred_column_is_read_on_access() -> None:
    Secret.objects.create(identity=IDENTITY)
    assert Secret.objects.defer("identity").get().identity == IDENTITY


def test_refresh_reads_anew() -> None:
    secret = Secret.objects.create(identity=IDENTITY)
    other = Secret.objects.get()
    other.identity = "E12345678"
    other.save()
    secret.refresh_from_db()
    assert secret.identity == "E12345678"


@pytest.mark.parametrize("lookup", ["identity", "identity__exact", "identity__icontains", "identity__in", "phone"])
def test_ciphertext_cannot_be_searched(lookup: str) -> None:
    with pytest.raises(FieldError, match="blind index"):
        list(Secret.objects.filter(**{lookup: [IDENTITY] if lookup.endswith("in") else IDENTITY}))


def test_writing_without_a_row_is_refused() -> None:
    secret = Secret.objects.create(identity=IDENTITY)
    with pytest.raises(FieldError, match="assign it on an object"):
        Secret.objects.update(identity="E12345678")
    secret.identity = "E12345678"
    with pytest.raises(FieldError):
        Secret.objects.bulk_update([secret], ["identity"])


def test_values_show_a_seal_that_prints_nothing() -> None:
    Secret.objects.create(identity=IDENTITY)
    (sealed,) = Secret.objects.values_list("identity", flat=True)
    assert isinstance(sealed, Sealed)
    assert repr(sealed) == "<Sealed>"


def test_a_dump_shows_the_envelope() -> None:
    secret = Secret.objects.create(identity=IDENTITY)
    assert Secret._meta.get_field("identity").value_to_string(secret) == column(secret)


def test_length_of_the_plain_text_is_validated() -> None:
    with pytest.raises(ValidationError) as caught:
        Secret(identity="1" * 41).full_clean()
    assert "identity" in caught.value.message_dict


def test_model_must_know_its_key_before_the_insert() -> None:
    class Numbered(models.Model):
        identity = EncryptedTextField()

        class Meta:
            app_label = "privacy_tests"

        def __str__(self) -> str:
            return str(self.pk)

    assert "privacy.E001" in {error.id for error in Numbered.check(databases=["default"])}
    with pytest.raises(ValueError, match="primary key"):
        Numbered._meta.get_field("identity").pre_save(Numbered(identity="x"), add=True)


def test_ciphertext_cannot_be_unique() -> None:
    class Unique(models.Model):
        id = models.UUIDField(primary_key=True, default=uuid.uuid4)
        identity = EncryptedTextField(unique=True)

        class Meta:
            app_label = "privacy_tests"

        def __str__(self) -> str:
            return str(self.pk)

    assert "privacy.E002" in {error.id for error in Unique.check()}


def test_a_sound_model_passes_the_checks() -> None:
    assert Secret.check() == []
