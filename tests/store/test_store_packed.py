"""What is kept is small where anything repeats, and quick to make where nothing does."""

import base64
import os
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gic_desktop import resources
from gic_desktop.store.packed import packed

TEXT = resources.path("samples", "2021.gicr").read_bytes()
PICTURES = base64.b64encode(os.urandom(300_000))


@given(st.binary(max_size=3000), st.sampled_from([1, 6]))
def test_any_bytes_come_back(data: bytes, level: int) -> None:
    assert zlib.decompress(packed(data, level)) == data


@pytest.mark.parametrize(
    ("data", "most"), [(TEXT * 20, 0.02), (PICTURES, 0.77), (TEXT + PICTURES, 0.78)]
)
def test_text_becomes_small_and_pictures_what_their_letters_take(data: bytes, most: float) -> None:
    small = packed(data, 6)
    assert zlib.decompress(small) == data
    assert len(small) < most * len(data)
