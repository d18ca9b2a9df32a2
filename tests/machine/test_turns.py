"""One training at a time: a panel's thread and a cell disturb neither each other's numbers."""

import random
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
import torch
from torch import nn

import d2lutils as d2l
from d2lutils.machine import random_state, restore_random_state, turn, turn_aside


def train():
    """A seeded run that draws from PyTorch's stream at each step."""
    d2l.seed_everything(3)
    net = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.5), nn.Linear(8, 2))
    x = torch.randn(200, 4)
    data = d2l.load_array((x, (x[:, 0] > 0).long()), 10)
    history = d2l.fit(net, data, loss=nn.CrossEntropyLoss(), optimizer=lambda p: torch.optim.SGD(p, 0.1), epochs=5,
                      plot=False, device="cpu")  # fmt: skip
    return history["train loss"]


def in_a_thread(function):
    found = []
    thread = threading.Thread(target=lambda: found.append(function()), daemon=True)
    thread.start()
    return thread, found


def test_the_random_state_comes_back_for_all_streams():
    def draw():
        return random.random(), np.random.rand(), torch.rand(()).item()

    state = random_state()
    first = draw()
    assert draw() != first
    restore_random_state(state)
    assert draw() == first


def test_a_cell_and_a_panel_at_once_get_what_each_gets_alone(capsys):
    alone, began = train(), threading.Event()

    def panel():
        with turn_aside():
            began.set()
            return train()

    thread, found = in_a_thread(panel)
    began.wait(10)
    here = train()
    thread.join(60)
    assert [here] == found == [alone]
    assert "waiting for a training" in capsys.readouterr().err


def test_a_panel_leaves_a_cell_that_has_its_seed_where_it_was():
    d2l.seed_everything(1)
    expected = torch.rand(3)
    d2l.seed_everything(1)

    def panel():
        with turn_aside():
            return train()

    thread, found = in_a_thread(panel)
    thread.join(60)
    assert torch.equal(torch.rand(3), expected) and found == [train()]


def test_a_panel_says_that_it_waits_and_can_be_stopped_meanwhile():
    said = []

    class Stopped(Exception):
        pass

    def waiting():
        said.append("waits")
        if len(said) == 2:
            raise Stopped

    def panel():
        try:
            with turn_aside(waiting):
                return "trained"
        except Stopped:
            return "stopped"

    with turn():
        thread, found = in_a_thread(panel)
        thread.join(10)
    assert found == ["stopped"] and said == ["waits", "waits"]


@pytest.mark.parametrize("call", [
    lambda: d2l.seed_everything(0),
    lambda: d2l.evaluate_accuracy(nn.Linear(2, 2), [(torch.ones(1, 2), torch.zeros(1, dtype=torch.long))]),
    train,
])  # fmt: skip
def test_what_draws_or_seeds_waits_for_its_turn_and_says_so(call, capsys):
    with turn():
        thread, found = in_a_thread(call)
        time.sleep(0.3)
        assert thread.is_alive() and not found
    thread.join(60)
    assert found and capsys.readouterr().err.count("waiting for a training") >= 1


def test_a_turn_is_given_back_after_an_error_and_is_taken_again_by_who_has_it():
    with pytest.raises(ValueError), turn():
        raise ValueError
    with turn(), turn(), turn_aside():
        pass
    thread, found = in_a_thread(lambda: d2l.seed_everything(5))
    thread.join(10)
    assert found == [5]


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="there is no fork on Windows")
def test_a_process_forked_off_in_the_middle_of_a_turn_does_not_wait_for_ever():
    program = """
import os, threading
from d2lutils.machine import turn
inside, done = threading.Event(), threading.Event()
def hold():
    with turn():
        inside.set()
        done.wait(20)
thread = threading.Thread(target=hold)
thread.start()
inside.wait()
child = os.fork()
if not child:
    with turn():
        os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
done.set()
"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "7", done.stderr
