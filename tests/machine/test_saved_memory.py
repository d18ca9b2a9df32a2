"""SavedMemory: the bytes that the derivation predicts, none left behind, none while predicting."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils.checkpoint import checkpoint

from d2lutils.machine.saved_memory import SavedMemory


@settings(deadline=None, max_examples=15)
@given(st.integers(1, 9), st.integers(1, 5), st.integers(1, 4), st.sampled_from([torch.float32, torch.float64]))
def test_a_network_keeps_what_came_into_each_layer(batch, width, depth, dtype):
    layers = [module for _ in range(depth) for module in (nn.Linear(width, width), nn.ReLU())]
    net = nn.Sequential(*layers).to(dtype)
    x = torch.randn(batch, width, dtype=dtype)
    with SavedMemory(net.parameters()) as memory:
        total = net(x).sum()
    assert memory.now == memory.peak == dtype.itemsize * batch * width * (depth + 1)  # x, and each ReLU's result
    total.backward()
    assert memory.now == 0 and memory.history[0] == memory.history[-1] == 0


def test_counts_parameters_unless_told_to_ignore_them():
    layer, x = nn.Linear(3, 4, bias=False), torch.ones(2, 3, requires_grad=True)
    with SavedMemory() as memory:
        y = layer(x)
    assert memory.now == 4 * (2 * 3 + 3 * 4) and y.requires_grad


def test_nothing_is_kept_while_predicting():
    with SavedMemory() as memory, torch.no_grad():
        nn.Linear(3, 4)(torch.ones(2, 3))
    assert memory.now == memory.peak == 0


def test_memory_is_let_go_with_its_graph():
    x = torch.ones(5, requires_grad=True)
    with SavedMemory() as memory:
        y = x.exp()  # keeps its own result: it must not keep itself alive by it
        assert memory.now == 20
    del y
    assert memory.now == 0


@pytest.mark.parametrize("gap", [1, 2, 3, 6])
def test_recomputation_peaks_at_the_formula_and_gives_the_same_gradient(gap):
    torch.manual_seed(0)
    layers = [nn.Sequential(nn.Linear(7, 7), nn.ReLU()) for _ in range(6)]
    gradients, peaks = [], []
    for k in (None, gap):
        x = torch.linspace(-1, 1, 21).reshape(3, 7).requires_grad_()
        with SavedMemory(p for layer in layers for p in layer.parameters()) as memory:
            h = x
            for first in range(0, 6, k or 6):
                stretch = nn.Sequential(*layers[first : first + (k or 6)])
                h = checkpoint(stretch, h, use_reentrant=True) if k else stretch(h)
            h.sum().backward()
        gradients.append(x.grad)
        peaks.append(memory.peak / (4 * x.numel()))
    assert peaks == [7, 6 // gap + gap]
    assert torch.equal(*gradients)


def test_hooks_are_removed_after_an_error():
    with pytest.raises(ValueError), SavedMemory() as memory:
        raise ValueError
    torch.ones(2, requires_grad=True).exp()
    assert memory.peak == 0
