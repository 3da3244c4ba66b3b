"""Photos: what is kept, and that nothing a phone hid in them survives."""

import hashlib

import pytest
from django.core.files.storage import default_storage
from hypothesis import given
from hypothesis import strategies as st

from hall.conduct import photos
from hall.conduct.models import Photo
from hall.facts.errors import Refused
from hall.privacy.cipher import DecryptionFailed
from tests.hall.conduct.builders import exif, jpeg, png


@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("orientation", range(2, 9))
def test_of_the_exif_only_the_way_it_was_held_stays(order: str, orientation: int) -> None:
    media_type, clean = photos.cleaned(jpeg((0xE1, exif(orientation, order))))
    assert media_type == "image/jpeg"
    assert b"GPS" not in clean
    assert photos._orientation(clean[12:]) == orientation


def test_an_upright_photo_keeps_no_exif_at_all() -> None:
    _, clean = photos.cleaned(jpeg((0xE1, exif(1))))
    assert b"Exif" not in clean


def test_comments_and_makers_notes_go_and_colours_stay() -> None:
    hidden = [(0xFE, b"taken by"), (0xED, b"Photoshop"), (0xE1, b"http://ns.adobe.com/xap/1.0/\0secret")]
    kept = [(0xE0, b"JFIF\0"), (0xE2, b"ICC_PROFILE\0\1\1"), (0xEE, b"Adobe"), (0xDB, b"table")]
    _, clean = photos.cleaned(jpeg(*hidden, *kept))
    assert clean == jpeg(*kept)


def test_what_is_appended_behind_the_picture_goes() -> None:
    _, clean = photos.cleaned(jpeg() + b"ftypmp42 a short film")
    assert clean == jpeg()


def test_a_png_loses_texts_times_and_exif() -> None:
    media_type, clean = photos.cleaned(
        png(tEXt=b"Author\0me", eXIf=b"MM", tIME=b"1234567", pHYs=b"x" * 9, gAMA=b"1234")
    )
    assert media_type == "image/png"
    assert clean == png(gAMA=b"1234")


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"%PDF-1.7", b"<svg onload=alert(1)>", b"\xff\xd8\xff", png()[:-3]]
)
def test_what_is_no_whole_photo_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        photos.cleaned(content)
    assert refusal.value.field == "photo"


@given(st.binary(max_size=200))
def test_no_nonsense_breaks_the_cleaning(tail: bytes) -> None:
    for head in (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"):
        try:
            photos.cleaned(head + tail)
        except Refused:
            continue


def test_on_disk_lies_an_envelope_bound_to_its_row() -> None:
    row = photos.sealed(png())
    with default_storage.open(row.storage_key) as file:
        assert b"PNG" not in file.read()
    assert photos.content_of(row) == png()
    assert row.sha256 == hashlib.sha256(png()).hexdigest()
    with pytest.raises(DecryptionFailed):
        photos.content_of(Photo(storage_key=row.storage_key))


def test_too_large_a_photo_is_refused() -> None:
    with pytest.raises(Refused, match="10 MB"):
        photos.sealed(b"\xff\xd8\xff" + b"0" * photos.MAX_BYTES)
