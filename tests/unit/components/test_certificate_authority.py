"""The subject of a certificate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.certificate_authority import common_name


@given(st.text())
def test_a_common_name_has_at_most_64_characters(text: str) -> None:
    assert len(common_name(text)) <= 64
    assert text.startswith(common_name(text))


@pytest.mark.parametrize("length", [1, 63, 64])
def test_a_text_that_fits_is_kept_whole(length: int) -> None:
    assert common_name("x" * length) == "x" * length
