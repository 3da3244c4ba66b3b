"""Texts that are kept as they are typed hold nobody's number."""

import pytest
from django.core.exceptions import ValidationError

from hall.privacy.validators import no_numbers
from tests.builders import identity_number


@pytest.mark.parametrize("text", ["", "公出", "3 号窗口离岗", "办件 13030200122026041300001X"])
def test_words_pass(text: str) -> None:
    no_numbers(text)


@pytest.mark.parametrize("text", ["电话 138 0000 0000", f"证号{identity_number(3)}", "卡 4111111111111111"])
def test_numbers_are_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="不要写证件号"):
        no_numbers(text)
