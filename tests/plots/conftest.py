"""With a notebook around, and without."""

import sys

import pytest
from helpers.fake_notebook import FakeNotebook


@pytest.fixture
def notebook(monkeypatch) -> FakeNotebook:
    return FakeNotebook(monkeypatch)


@pytest.fixture
def no_notebook(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
