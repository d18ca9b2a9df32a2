"""What an answer changes besides its result is noticed, said and put back."""

import random

import numpy as np
import pytest
import torch
from torch import nn

from d2lutils import check
from d2lutils.check import session

CHANGES = {
    "whether gradients are recorded": lambda: torch.set_grad_enabled(False),
    "the default dtype": lambda: torch.set_default_dtype(torch.float64),
    "the default device": lambda: torch.set_default_device("meta"),
    "whether only deterministic algorithms are used": lambda: torch.use_deterministic_algorithms(True),
    "whether autograd looks for anomalies": lambda: torch.autograd.set_detect_anomaly(True),
    "the number of threads": lambda: torch.set_num_threads(torch.get_num_threads() + 1),
    "what NumPy does about overflow": lambda: np.seterr(all="raise"),
}


def test_every_setting_is_tried():
    assert set(CHANGES) == set(session.settings())


@pytest.mark.parametrize("setting", CHANGES)
def test_a_setting_that_an_answer_changes_is_said_and_put_back(setting):
    before = session.settings()

    def answer(x):
        result = x.softmax(-1)
        CHANGES[setting]()
        return result

    try:
        report = check.softmax(answer)
        assert f"it changed {setting} for the whole session" in report.wrong
        assert not session.changed(before)
    finally:
        session.put_back(before)
    assert check.softmax(lambda x: x.softmax(-1))


@pytest.mark.parametrize("setting", ["whether gradients are recorded", "the default dtype", "the default device"])
def test_a_readers_own_settings_spoil_no_answer_and_stay(setting):
    before = session.settings()
    try:
        CHANGES[setting]()
        own = session.settings()
        assert check.log_sum_exp(lambda x, dim: torch.logsumexp(x, dim))
        assert session.settings() == own
    finally:
        session.put_back(before)


def test_checks_run_inside_of_inference_mode():
    with torch.inference_mode():
        assert check.softmax(lambda x: x.softmax(-1))
        assert torch.is_inference_mode_enabled()


def test_random_numbers_go_on_where_they_were():
    def answer(x):
        torch.manual_seed(0)
        np.random.seed(0)
        random.seed(0)
        return x.softmax(-1)

    states = torch.get_rng_state(), np.random.get_state()[1].copy(), random.getstate()
    assert check.softmax(answer)
    assert torch.equal(states[0], torch.get_rng_state()) and random.getstate() == states[2]
    assert (states[1] == np.random.get_state()[1]).all()


def test_the_default_dtype_as_it_was_inside_a_failed_answer():
    def answer(x):
        torch.set_default_dtype(torch.float64)
        raise ValueError

    assert not check.softmax(answer)
    assert torch.get_default_dtype() == torch.float32


@pytest.mark.parametrize("change, what", [
    (lambda x, net: x.add_(1), "the numbers"),
    (lambda x, net: x.requires_grad_(), "requires_grad"),
    (lambda x, net: x.resize_(1), "the shape or the dtype"),
    (lambda x, net: x.fill_(torch.nan), "the numbers"),
    (lambda x, net: net.eval(), "the mode of the net"),
    (lambda x, net: net[0].eval(), "the mode of 0"),
    (lambda x, net: net.requires_grad_(False), "requires_grad of 0.weight"),
    (lambda x, net: net[1](torch.randn(4, 2)), "the numbers of 1.running_mean"),
    (lambda x, net: net[0].weight.data.zero_(), "the numbers of 0.weight"),
    (lambda x, net: net.double(), "the shape or the dtype of 0.weight"),
    (lambda x, net: net.__delitem__(0), "what it holds"),
    (lambda x, net: net.append(nn.ReLU()), "what it holds"),
])  # fmt: skip
def test_what_was_done_to_an_argument_is_found(change, what):
    arguments = [torch.arange(6.0), nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))]
    before = session.snapshot(arguments)
    assert session.difference(before, session.snapshot(arguments)) == ""
    change(*arguments)
    assert session.difference(before, session.snapshot(arguments)).startswith(what)


def test_nan_is_not_zero():
    was = session.snapshot(torch.tensor([torch.nan, torch.inf]))
    assert session.difference(was, session.snapshot(torch.tensor([torch.nan, torch.inf]))) == ""
    assert session.difference(was, session.snapshot(torch.tensor([0.0, torch.inf]))) == "the numbers"
