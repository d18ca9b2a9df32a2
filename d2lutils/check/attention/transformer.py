"""Checks for the chapter on the Transformer."""

import torch

from d2lutils.check.draws import integers, normal
from d2lutils.check.examiner import Examiner, check


@check("window_mask")
def window_mask(ask: Examiner) -> None:
    """window_mask(steps, window): a boolean (steps, steps), True where a query (row) may look at a key (column): at
    itself and the window - 1 positions before it."""
    ask.is_callable()
    wrong = {
        "the mask is the wrong way round: True is where looking is allowed": lambda t, w: ~_window(t, w),
        "it sees the positions after itself instead of those before: rows are queries, columns keys":
            lambda t, w: _window(t, w).T,
        "it sees as far ahead as back: only earlier positions are allowed":
            lambda t, w: _window(t, w) | _window(t, w).T,
        "it sees everything ahead: the key must not come after the query": lambda t, w: _window(t, w) | ~_window(t, t),
        "the first rows came out wrong: an index below 0 counts from the end": _wrapped,
        "one position too many: with itself there are window of them": lambda t, w: _window(t, w + 1),
        "one position too few: itself and window - 1 before it": lambda t, w: _window(t, w - 1),
        "it does not see itself": lambda t, w: _window(t, w) & ~torch.eye(t, dtype=torch.bool),
        "this is the causal mask: the window is missing": lambda t, w: _window(t, t),
    }  # fmt: skip
    ask.agrees("some windows", _window, [(5, 2), (4, 3), (6, 4), (6, 6)], hypotheses=wrong)
    ask.agrees("a window of one: itself", _window, [(3, 1), (1, 1)], hypotheses=wrong)
    ask.agrees("a window longer than the text: all earlier ones", _window, [(3, 7), (1, 3)], hypotheses=wrong)


def _window(steps: int, window: int) -> torch.Tensor:
    everything = torch.ones(steps, steps, dtype=torch.bool)
    return everything.tril() & everything.triu(1 - window)


def _wrapped(steps: int, window: int) -> torch.Tensor:
    mask = torch.zeros(steps, steps, dtype=torch.bool)
    for i in range(steps):
        mask[i, i - window + 1 : i + 1] = True
    return mask


@check("masked_accuracy")
def masked_accuracy(ask: Examiner) -> None:
    """masked_accuracy(scores, target, valid_lens): scores (B, T, V), target (B, T), lengths (B,), to the share of real
    positions at which the largest score is the target's, a number."""
    ask.is_callable()
    wrong = {
        "padding was counted: only the first valid_lens positions of each row are real":
            lambda o, y, n: (o.argmax(-1) == y).float().mean(),
        "it was divided by all positions: divide by the number of real ones":
            lambda o, y, n: ((o.argmax(-1) == y) & _real(y, n)).float().mean(),
        "a mean of each sentence's accuracy: a short sentence then weighs as much as a long one":
            lambda o, y, n: (((o.argmax(-1) == y) & _real(y, n)).sum(1) / n.float()).mean(),
        "it is the number of hits: divide by the number of real positions":
            lambda o, y, n: ((o.argmax(-1) == y) & _real(y, n)).sum().float(),
        "one position of each sentence too many: position t is real where t < valid_lens":
            lambda o, y, n: _accuracy(o, y, n + 1),
        "this is the share of mistakes": lambda o, y, n: 1 - _accuracy(o, y, n),
        "the smallest score was taken": lambda o, y, n: _accuracy(-o, y, n),
    }  # fmt: skip
    cases = []
    for seed, (batch, steps, size) in enumerate(((3, 4, 2), (4, 6, 3), (2, 5, 2))):
        lens = 1 + integers(batch, below=steps - 1, seed=seed)  # from 1 to steps - 1: every row has padding
        cases.append((normal(batch, steps, size, seed=seed), integers(batch, steps, below=size, seed=seed + 9), lens))
    ask.agrees("random scores and lengths", _accuracy, cases, sides="b.. b. b", hypotheses=wrong, numbers=True)
    whole = [(o, y, torch.full_like(n, y.shape[1])) for o, y, n in cases]
    ask.agrees("no padding at all", _accuracy, whole, hypotheses=wrong, numbers=True)
    empty = [(o, y, n * (torch.arange(len(n)) > 0)) for o, y, n in cases]
    ask.agrees("a sentence without a word", _accuracy, empty, hypotheses=wrong, numbers=True)


def _real(target: torch.Tensor, lens: torch.Tensor) -> torch.Tensor:
    return torch.arange(target.shape[1]) < lens[:, None]


def _accuracy(scores: torch.Tensor, target: torch.Tensor, lens: torch.Tensor) -> torch.Tensor:
    return (scores.argmax(-1) == target)[_real(target, lens)].double().mean()


@check("rotary")
def rotary(ask: Examiner) -> None:
    """rotary(x, before): x (B, T, D) with even D; columns 2j and 2j + 1 of position before + i turned by the angle
    (before + i) / 10000^(2j / D). Returns (B, T, D)."""
    ask.is_callable()
    wrong = {
        "it turns the other way: check the signs of the sines": lambda x, b: _turn(x, b, sign=-1),
        "positions count from before, not from 0": lambda x, b: _turn(x, 0),
        "the first half of the columns was paired with the second: pair each even column with the odd one after it":
            lambda x, b: _halves(x, b),
        "the exponent is j / D: it should be 2j / D": lambda x, b: _turn(x, b, power=0.5),
        "the exponent is 4j / D: the even columns' numbers 0, 2, 4, … are 2j already":
            lambda x, b: _turn(x, b, power=2),
        "the turned pairs stand one after the other: interleave them, even columns and odd ones in turn":
            lambda x, b: torch.cat([_turn(x, b)[..., 0::2], _turn(x, b)[..., 1::2]], dim=-1),
        "a sine or cosine was added, as in the table of positions: multiply":
            lambda x, b: x + _turn(torch.ones_like(x), b),
    }  # fmt: skip
    shapes = [(2, 3, 4), (1, 5, 6), (3, 4, 2)]
    cases = [(normal(*shape), before) for shape in shapes for before in (0, 7)]
    ask.agrees("random vectors", _turn, cases, sides="bt. .", hypotheses=wrong)
    ask.keeps_float32(_turn, cases[0], hypotheses=wrong)
    ask.agrees("before has the default 0", _turn, [(normal(2, 3, 4),)], hypotheses={})
    ask.differentiates("gradients", _turn, [(normal(2, 3, 4), 5)], hypotheses=wrong)


def _turn(x: torch.Tensor, before: int = 0, sign: float = 1.0, power: float = 1.0) -> torch.Tensor:
    steps, width = x.shape[1:]
    even = torch.arange(0, width, 2, dtype=torch.float64)
    angle = torch.arange(before, before + steps, dtype=torch.float64)[:, None] / 10000 ** (power * even / width)
    waves = torch.polar(torch.ones_like(angle), sign * angle)  # turning a pair is multiplying a complex number
    pairs = torch.view_as_complex(x.double().unflatten(-1, (-1, 2)).contiguous())
    return torch.view_as_real(pairs * waves).flatten(-2).to(x.dtype)


def _halves(x: torch.Tensor, before: int) -> torch.Tensor:
    paired = torch.stack(x.chunk(2, dim=-1), dim=-1).flatten(-2)
    turned = _turn(paired, before)
    return torch.cat([turned[..., 0::2], turned[..., 1::2]], dim=-1)
