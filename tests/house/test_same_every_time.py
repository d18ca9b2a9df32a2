"""A test run is the same every time: the examples, the random numbers of files, fixtures and tests."""

import random

import numpy as np
import pytest
import torch
from helpers.examples import draw_more
from hypothesis import given, settings
from hypothesis.strategies import integers

DRAWN_AT_IMPORT = torch.rand(3).tolist(), np.random.rand(3).tolist(), random.random()


@pytest.fixture(scope="module")
def drawn_for_the_file():
    return torch.rand(3).tolist(), np.random.rand(3).tolist(), random.random()


def test_files_and_shared_fixtures_and_tests_start_from_the_same_numbers(drawn_for_the_file):
    drawn = torch.rand(3).tolist(), np.random.rand(3).tolist(), random.random()
    assert DRAWN_AT_IMPORT == drawn_for_the_file == drawn
    assert torch.get_num_threads() == 1


def test_examples_are_the_same_and_a_search_draws_others_and_more():
    def drawn(profile: str, times: int = 1) -> list[int]:
        found = []

        @settings(settings.get_profile(profile), max_examples=10)
        @given(integers())
        def test(number):
            found.append(number)

        draw_more([test, test, print], times)
        test()
        return found

    assert drawn("same") == drawn("same")
    assert drawn("search") != drawn("search")
    assert len(drawn("same", times=3)) > 2 * len(drawn("same"))
    assert settings.default.deadline is None
