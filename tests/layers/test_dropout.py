"""Dropout against nn.Dropout: the same masks from the same seed, the same distribution, and the mistakes it catches."""

import itertools
import math
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

import d2lutils as d2l
from d2lutils.explore import load_chapter
from d2lutils.layers.dropout import Dropout, dropout

ROOT = Path(__file__).resolve().parents[2]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(1, 6), max_size=4), st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0]), st.integers(0, 999))
def test_same_seed_same_mask_value_and_gradient(shape, p, seed):
    x = torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).requires_grad_()
    probe = torch.randn(shape, generator=torch.Generator().manual_seed(seed + 1), dtype=torch.float64)
    results = []
    for layer in (Dropout(p), nn.Dropout(p)):
        torch.manual_seed(seed)
        y = layer(x)
        results.append((y.detach(), torch.autograd.grad((y * probe).sum(), x)[0]))
    for ours, theirs in zip(*results):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=0)
    assert Dropout(p).eval()(x) is x


@pytest.mark.parametrize("p", [0, 0.0, 1e-9, 0.3, 0.999, 1, 1.0])
@pytest.mark.parametrize("x", [
    torch.randn(5, 4), torch.randn(4, 6).T, torch.randn(1), torch.tensor(2.0), torch.zeros(0, 3),
    torch.tensor([torch.inf, -torch.inf, torch.nan, -0.0]),
], ids=str)  # fmt: skip
def test_the_stream_of_random_numbers_goes_on_where_torchs_does(p, x):
    results = []
    for drop in (dropout, F.dropout):
        torch.manual_seed(0)
        results.append((drop(x, p), torch.get_rng_state()))
    (ours, after_ours), (theirs, after_theirs) = results
    torch.testing.assert_close(ours, theirs, rtol=0, atol=0, equal_nan=True)
    assert torch.equal(after_ours, after_theirs)


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability_is_refused(p):
    for make in (lambda: dropout(torch.ones(3), p), lambda: Dropout(p)):
        with pytest.raises(ValueError, match="from 0 to 1"):
            make()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_precision_and_layout_stay(dtype):
    x = torch.randn(4, 6, 5).to(dtype).transpose(1, 2)
    torch.manual_seed(0)
    ours = dropout(x, 0.25)
    torch.manual_seed(0)
    theirs = F.dropout(x, 0.25)
    assert ours.dtype == dtype
    torch.testing.assert_close(ours, theirs)


def patterns(drop, p, draws=20_000):
    """χ² of the 2⁴ patterns of four units, over many rows: about 15 if independent and right, else far more."""
    torch.manual_seed(0)
    kept = (drop(torch.ones(draws, 4), p) > 0).long()
    counts = torch.bincount(kept @ torch.tensor([8, 4, 2, 1]), minlength=16).double()
    sizes = torch.tensor([sum(bits) for bits in itertools.product((0, 1), repeat=4)])
    expected = draws * (1 - p) ** sizes * p ** (4 - sizes)
    return ((counts - expected) ** 2 / expected).sum().item()


LIMIT = 37.7  # the 99.9th percentile of χ² with 15 degrees of freedom


@pytest.mark.parametrize("p", [0.2, 0.5, 0.7])
def test_distribution(p):
    assert patterns(dropout, p) < LIMIT
    assert patterns(F.dropout, p) < LIMIT


def one_mask(x, p):
    return x * (torch.rand(x.shape[1]) >= p) / (1 - p)


def pairs(x, p):  # neighbours share their fate: right unit by unit, wrong together
    return x * (torch.rand(len(x), 2) >= p).repeat_interleave(2, dim=1) / (1 - p)


@pytest.mark.parametrize("wrong", [one_mask, pairs, lambda x, p: x * (torch.rand_like(x) < p) / p,
                                   lambda x, p: dropout(x, p + 0.02)])  # fmt: skip
def test_the_distribution_test_can_fail(wrong):
    assert patterns(wrong, 0.3) > LIMIT


@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_mean_stays_and_variance_is_the_formula(p):
    x = torch.tensor([3.0, -1.0, 0.5], dtype=torch.float64)
    y = dropout(x.expand(200_000, 3), p, torch.Generator().manual_seed(0))
    variance = x**2 * p / (1 - p)
    assert ((y.mean(0) - x).abs() < 4.5 * (variance / 200_000).sqrt()).all()
    torch.testing.assert_close(y.var(0), variance, rtol=0.03, atol=0)


def test_ends_and_errors():
    x = torch.randn(3, 4, requires_grad=True)
    assert dropout(x, 0.0).equal(x)
    y = dropout(x, 1.0)
    y.sum().backward()
    assert not y.any() and not x.grad.any()
    for p in (-0.1, 1.5, math.nan):
        with pytest.raises(ValueError, match="probability"):
            dropout(x, p)
        with pytest.raises(ValueError, match="probability"):
            Dropout(p)
    assert repr(Dropout(0.3)) == "Dropout(p=0.3)" and not list(Dropout(0.3).state_dict())
    assert not torch.equal(dropout(torch.ones(99), 0.5), dropout(torch.ones(99), 0.5))


def test_weight_scaling_is_the_geometric_mean():
    """For one softmax layer, scaling the weights is the normalised geometric mean over all thinned ones."""
    g = torch.Generator().manual_seed(0)
    h, W, b = (torch.randn(*shape, generator=g, dtype=torch.float64) for shape in ((8,), (8, 3), (3,)))
    masks = torch.tensor(list(itertools.product((0.0, 1.0), repeat=8)), dtype=torch.float64)
    for p in (0.5, 0.2):
        chance = ((1 - p) ** masks.sum(1) * p ** (8 - masks.sum(1)))[:, None]
        log_p = torch.log_softmax(masks * h / (1 - p) @ W + b, dim=1)
        mean = torch.softmax((chance * log_p).sum(0), dim=0)
        torch.testing.assert_close(mean, torch.softmax(h @ W + b, dim=0))


@pytest.mark.real_data
def test_published_network_on_real_digits():
    """784-256-256-10 with dropout .2 and .5, batch 256, rate .5, ten epochs: .911 and .863 with seeds 0 and 1."""
    d2l.seed_everything(0)
    train, test = d2l.load_data_mnist(256)
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), Dropout(0.2), nn.Linear(256, 256), nn.ReLU(),
                        Dropout(0.5), nn.Linear(256, 10))  # fmt: skip
    history = d2l.fit(net, train, test, loss=nn.CrossEntropyLoss(), optimizer=lambda p: torch.optim.SGD(p, 0.5),
                      epochs=10, plot=False)  # fmt: skip
    assert history.last("test accuracy") > 0.83


@pytest.fixture(scope="module")
def chapter():
    return load_chapter(ROOT / "chapters/03_multilayer_perceptrons/04_dropout.md").module


@pytest.mark.real_data
def test_what_the_chapter_says_of_a_thousand_real_garments(chapter):
    """Measured with seeds 0 to 2: without dropout the validation loss ends at .98, .92, .92, after a lowest point of
    .63, .57, .61; with half of the hidden units dropped at .66, .67, .71, and the accuracies do not differ."""
    loss, lowest, accuracy = {}, {}, {}
    for rate in (0.0, 0.5):
        net, history = chapter.train_on_few(lambda p=rate: d2l.MLP(784, 256, 256, 10, dropout=p), seed=3)
        assert not net.training
        loss[rate], lowest[rate] = history.last("test loss"), min(history["test loss"])
        accuracy[rate] = history.last("test accuracy")
    assert loss[0.0] > 1.25 * lowest[0.0] and loss[0.5] < 0.85 * loss[0.0]
    assert abs(accuracy[0.5] - accuracy[0.0]) < 0.04


@pytest.mark.real_data
def test_wrong_labels_of_real_garments(chapter):
    """Measured with seeds 0 to 4: without dropout .83 to .94 of the wrong labels are learned, and the accuracy on right
    ones ends between .70 and .74; with half of the hidden units dropped .25 to .37, and between .76 and .79."""
    (_, plain, by_heart), (_, thinned, less) = (chapter.with_wrong_labels(rate, seed=5) for rate in (0.0, 0.5))
    assert by_heart > 0.75 and less < 0.5
    assert thinned > plain + 0.01


def test_the_ten_lines_are_dropout(chapter):
    """The chapter's first version, before the package's: same distribution, nothing at test time."""
    assert patterns(chapter.dropout, 0.3) < LIMIT
    layer, x = chapter.Dropout(0.5), torch.ones(50)
    assert set(layer(x).tolist()) == {0.0, 2.0} and layer.eval()(x) is x
