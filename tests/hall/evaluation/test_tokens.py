"""The link: derived from the docket, bound to its way, found again by a digest, made up by nobody."""

import re

import pytest
from django.test import override_settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from hall.evaluation import tokens
from hall.evaluation.enums import LINKED, Via

DOCKET = "130302001220260413000001"


@pytest.mark.parametrize("via", LINKED)
def test_a_link_can_be_made_again_at_any_time(via: str) -> None:
    assert tokens.token_of(DOCKET, via) == tokens.token_of(DOCKET, via)
    assert tokens.read(tokens.token_of(DOCKET, via), via) == tokens.digest_of(DOCKET)


@pytest.mark.parametrize("via", [Via.PAD, Via.PAPER, "fax"])
def test_a_way_without_a_link_has_none(via: str) -> None:
    with pytest.raises(ValueError, match=via):
        tokens.token_of(DOCKET, via)


@pytest.mark.parametrize("made_for", LINKED)
@pytest.mark.parametrize("used_as", [*LINKED, Via.PAD, Via.PAPER, "x"])
def test_a_link_of_one_way_is_none_of_another(made_for: str, used_as: str) -> None:
    read = tokens.read(tokens.token_of(DOCKET, made_for), used_as)
    assert (read is not None) == (made_for == used_as)


def test_what_is_kept_makes_no_link() -> None:
    token = tokens.token_of(DOCKET, Via.QR)
    assert tokens.digest_of(DOCKET) not in token
    assert token[: tokens.KEY_LENGTH] not in tokens.digest_of(DOCKET)


def test_two_cases_share_nothing() -> None:
    one, other = tokens.token_of(DOCKET, Via.QR), tokens.token_of(DOCKET[:-1] + "2", Via.QR)
    assert one[:6] != other[:6]
    assert one[-4:] != other[-4:]


@for_all(st.text(max_size=40))
def test_nonsense_leads_nowhere(token: str) -> None:
    assert tokens.read(token, Via.QR) is None


@for_all(st.integers(0, 31), st.sampled_from("ABCabc019-_"))
def test_a_changed_letter_leads_nowhere(position: int, letter: str) -> None:
    token = tokens.token_of(DOCKET, Via.QR)
    changed = token[:position] + letter + token[position + 1 :]
    assert (tokens.read(changed, Via.QR) is None) == (changed != token)


@override_settings(PUBLIC_ORIGIN="https://hall.example/")
def test_the_address_is_the_public_one_and_fits_a_message() -> None:
    link = tokens.link(DOCKET, Via.MESSAGE)
    assert re.fullmatch(r"https://hall\.example/evaluate/message/[\w-]{32}/", link)
    assert len(link) <= 75
