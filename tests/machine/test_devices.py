"""Devices, seeds and the stopwatch."""

import random
import time

import numpy as np
import pytest
import torch

import d2lutils as d2l


def test_without_a_gpu_everything_falls_back_to_the_cpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert d2l.try_gpu() == d2l.try_gpu(3) == torch.device("cpu")
    assert d2l.try_all_gpus() == [torch.device("cpu")]
    assert d2l.by_device(cpu=1, accelerator=2) == 1


def test_two_gpus_are_found_and_a_third_is_not(monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert d2l.try_gpu(1) == torch.device("cuda", 1)
    assert d2l.try_gpu(2) == torch.device("cpu")
    assert d2l.try_all_gpus() == [torch.device("cuda", 0), torch.device("cuda", 1)]
    assert d2l.by_device(cpu=1, accelerator=2) == 2


def test_a_negative_gpu_is_named():
    with pytest.raises(ValueError, match="-1"):
        d2l.try_gpu(-1)


def test_seeding_repeats_all_three_streams():
    def draw():
        return random.random(), np.random.rand(), torch.rand(3).tolist()

    d2l.seed_everything(7)
    first = draw()
    assert draw() != first
    d2l.seed_everything(7)
    assert draw() == first
    with pytest.raises(ValueError, match="seed"):
        d2l.seed_everything(-1)


def test_the_timer_adds_up_what_the_clock_says(monkeypatch):
    clock = iter([0.0, 0.0, 1.5, 2.0, 2.5])
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    timer = d2l.Timer()
    timer.start()
    assert timer.stop() == 1.5
    timer.start()
    timer.stop()
    assert timer.times == [1.5, 0.5]
    assert (timer.sum(), timer.avg(), timer.cumsum()) == (2.0, 1.0, [1.5, 2.0])


def test_the_timer_waits_for_its_device_at_both_ends(monkeypatch):
    waits = []
    monkeypatch.setattr(torch.cuda, "synchronize", waits.append)
    with d2l.Timer("cuda:0"):
        pass
    assert waits == ["cuda:0"] * 3  # made, started, stopped


def test_an_unused_timer_has_no_average():
    with pytest.raises(ValueError, match=r"stop\(\)"):
        d2l.Timer().avg()


@pytest.mark.gpu
def test_a_gpu_is_timed_to_the_end_of_its_work():
    device = d2l.try_gpu()
    a = torch.randn(4096, 4096, device=device)
    with d2l.Timer(device) as whole:
        for _ in range(20):
            a = (a @ a).tanh()
    with d2l.Timer(device) as nothing:
        pass
    assert whole.sum() > 10 * nothing.sum()
