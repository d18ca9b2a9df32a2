"""The IDX format: what was written is read, and a damaged file is an error that names it."""

import gzip
import math
import struct
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from d2lutils.data import CorruptData, DataError, read_idx

# without a time, or each worker would collect tests of other names
EMPTY_GZ = gzip.compress(b"", mtime=0)
LYING_GZ = gzip.compress(b"\0\0\x08\3" + b"\xff" * 12, mtime=0)

quick = settings(deadline=None, max_examples=50)
shapes = st.lists(st.integers(1, 6), min_size=1, max_size=4).map(tuple)


def as_idx(array):
    array = np.asarray(array, dtype=np.uint8)
    return b"\0\0\x08" + bytes([array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def filled(shape):
    return (np.arange(math.prod(shape)) % 251).astype(np.uint8).reshape(shape)


@quick
@given(shape=shapes, packed=st.booleans())
def test_what_was_written_is_read(tmp_path_factory, shape, packed):
    path = tmp_path_factory.mktemp("idx") / "x"
    path.write_bytes(gzip.compress(as_idx(filled(shape))) if packed else as_idx(filled(shape)))
    array = read_idx(path)
    assert array.dtype == np.uint8 and np.array_equal(array, filled(shape))


@quick
@given(shape=shapes, packed=st.booleans(), data=st.data())
def test_a_file_cut_anywhere_is_an_error_and_never_data(tmp_path_factory, shape, packed, data):
    whole = gzip.compress(as_idx(filled(shape))) if packed else as_idx(filled(shape))
    path = tmp_path_factory.mktemp("idx") / "x"
    path.write_bytes(whole[:data.draw(st.integers(0, len(whole) - 1))])
    with pytest.raises(DataError, match=str(path)):
        read_idx(path)


@quick
@given(shape=shapes, data=st.data())
def test_a_flipped_byte_in_a_gzip_file_is_an_error_or_harmless(tmp_path_factory, shape, data):
    whole = bytearray(gzip.compress(as_idx(filled(shape))))
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.mktemp("idx") / "x"
    path.write_bytes(whole)
    try:
        array = read_idx(path)
    except DataError:
        return
    assert np.array_equal(array, filled(shape))  # the date in the header matters to nobody


@pytest.mark.parametrize("content, words", [
    (b"", "empty or cut short"), (EMPTY_GZ, "empty or cut short"), (b"<html>404</html>", "not an IDX file"),
    (as_idx([1, 2]) + b"x", "goes on after its 2 bytes"), (b"\0\0\x0d\1\0\0\0\1abcd", "not an IDX file of unsigned"),
    (b"\0\0\x08\3" + b"\xff" * 12, "far too short"), (LYING_GZ, "far too short"),
    (b"\0\0\x08\0", "not an IDX"), (b"\0\0\x08\xff" + bytes(4 * 255), "damaged")])
def test_damaged_files_are_named(tmp_path, content, words):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(CorruptData, match=f"{tmp_path / 'x'} .*{words}"):
        read_idx(tmp_path / "x")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match="nothing cannot be read"):
        read_idx(tmp_path / "nothing")


@pytest.mark.parametrize("packed", [False, True])
def test_pictures_cost_their_own_size_once(tmp_path, packed):
    content = as_idx(np.zeros((6000, 28, 28)))  # a tenth of a training set
    (tmp_path / "x").write_bytes(gzip.compress(content) if packed else content)
    tracemalloc.start()
    array = read_idx(tmp_path / "x")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert array.nbytes == 4_704_000
    assert peak < array.nbytes + 2e6  # and some buffers
