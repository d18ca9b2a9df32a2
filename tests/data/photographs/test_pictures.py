"""Photographs that installed packages carry: read without importing them, verified, and never downloaded."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest
import torch

from d2lutils.data import CorruptData, photographs, sources_used
from d2lutils.data.files import packages
from d2lutils.data.files.catalog import PHOTOGRAPHS, Carried

pytestmark = pytest.mark.usefixtures("own_folders")


@pytest.fixture(scope="module", autouse=True)
def _packages():
    for name in ("skimage", "sklearn"):
        pytest.importorskip(name, reason="carries the photographs")


def test_every_photograph_of_the_catalog_is_there():
    found = photographs()
    assert list(found) == list(PHOTOGRAPHS) and len(found) >= 18
    for name, picture in found.items():
        assert picture.dtype == torch.uint8 and picture.shape[0] in (1, 3) and picture.is_contiguous(), name
        assert picture.shape[1] >= 191 and picture.shape[2] >= 384 and picture.float().std() > 5, name
    assert {name for name, picture in found.items() if len(picture) == 1} == {
        "brick", "camera", "coins", "grass", "gravel", "moon", "page"}
    assert list(sources_used()) == ["photographs of scikit-image", "photographs of scikit-learn"]


@pytest.mark.parametrize("name", ["astronaut", "coffee", "chelsea", "camera", "brick", "coins"])
def test_they_are_what_scikit_image_shows(name):
    from skimage import data
    theirs = torch.from_numpy(np.atleast_3d(getattr(data, name)())).permute(2, 0, 1)
    assert torch.equal(photographs(name)[name], theirs)


def test_only_those_that_were_named_in_that_order():
    assert list(photographs("rocket", "brick")) == ["rocket", "brick"]
    with pytest.raises(ValueError, match="no photograph named 'cat'; there are astronaut, brick"):
        photographs("brick", "cat")


def test_no_package_is_imported():
    program = ("import sys; from d2lutils.data import photographs; photographs('brick', 'china'); "
               "print({'skimage', 'sklearn', 'pooch'} & set(sys.modules))")
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout.strip() == "set()"


def test_a_package_that_is_missing_or_another_edition(monkeypatch, tmp_path):
    monkeypatch.setitem(PHOTOGRAPHS, "brick", dataclasses.replace(PHOTOGRAPHS["brick"], digest="0" * 64))
    with pytest.raises(CorruptData, match=r"brick\.png is not the file .*scikit-image that requirements\.txt names"):
        photographs("brick")
    monkeypatch.setitem(sys.modules, "skimage", None)  # as if it were not installed
    with pytest.raises(ImportError, match=r"brick\.png comes with scikit-image.*: pip install scikit-image"):
        photographs("brick")


def test_a_package_that_does_not_carry_the_file():
    assert not packages.carried(Carried("sklearn", "no/such/file", "0" * 64))
    with pytest.raises(ImportError):
        packages.read_carried(Carried("sklearn", "no/such/file", "0" * 64))
