"""Checks for the chapter on recurrent neural networks."""

import torch

from d2lutils.check.draws import normal, numbers
from d2lutils.check.examiner import Examiner, check


@check("diagonal_rnn_gradient")
def diagonal_rnn_gradient(ask: Examiner) -> None:
    """diagonal_rnn_gradient(lam, X): lam (H,), X (T, H), to the gradient (H,) of h_T.sum() along lam."""
    ask.is_callable()
    wrong = {
        "only the last step is counted: lam was used at every step, so add up what each of them contributes":
            lambda lam, X: _states(lam, X)[-2],
        "the blame is not passed back through the steps in between: multiply it by lam at each of them":
            lambda lam, X: sum(_states(lam, X)[:-1]),
        "at step t, lam multiplied the state before, h_{t-1}, not h_t": lambda lam, X: _walk(lam, X, 1, 1.0),
        "lam is a factor too often: from step t to the last one it is passed T - t times": lambda lam, X:
            lam * _diagonal(lam, X),
        "this is the gradient of the mean of the entries of h_T, not of their sum":
            lambda lam, X: _diagonal(lam, X) / len(lam),
        "this is the gradient of the sum of all states, not of the last one alone": _all_states,
        "this is the last state itself": lambda lam, X: _states(lam, X)[-1],
    }  # fmt: skip
    cases = [(normal(h, seed=t), normal(t, h, seed=h)) for t, h in ((3, 2), (6, 4), (5, 3))]
    ask.agrees("gradients for random inputs", _diagonal, cases, sides="h th", hypotheses=wrong)
    ask.agrees("one step: lam had nothing to multiply yet", _diagonal, [(normal(3), normal(1, 3))], hypotheses=wrong)
    long = (torch.tensor([0.0, 0.5, 1.0, -0.9], dtype=torch.float64), normal(60, 4))
    ask.agrees("sixty steps, and a memory of 0", _diagonal, [long], hypotheses=wrong)
    ask.keeps_float32(_diagonal, cases[0], hypotheses=wrong)


def _states(lam: torch.Tensor, X: torch.Tensor) -> list[torch.Tensor]:
    states = [torch.zeros_like(lam)]
    for x in X:
        states.append(lam * states[-1] + x)
    return states


def _walk(lam: torch.Tensor, X: torch.Tensor, shift: int, new: float) -> torch.Tensor:
    states, delta, gradient = _states(lam, X), torch.full_like(lam, new), torch.zeros_like(lam)
    for t in reversed(range(len(X))):
        gradient = gradient + delta * states[t + shift]
        delta = lam * delta
    return gradient


def _diagonal(lam: torch.Tensor, X: torch.Tensor) -> torch.Tensor:
    lam = lam.detach().requires_grad_()
    return torch.autograd.grad(_states(lam, X)[-1].sum(), lam, materialize_grads=True)[0]


def _all_states(lam: torch.Tensor, X: torch.Tensor) -> torch.Tensor:
    lam = lam.detach().requires_grad_()
    return torch.autograd.grad(sum(h.sum() for h in _states(lam, X)), lam, materialize_grads=True)[0]


@check("nucleus")
def nucleus(ask: Examiner) -> None:
    """nucleus(p, mass): p (V,) probabilities, to (V,) with the smallest set of likeliest tokens that has `mass` or more
    together, scaled to sum 1, and 0 elsewhere."""
    ask.is_callable()
    wrong = {
        "these are the probabilities as they came: nothing was cut": lambda p, mass: p,
        "the kept probabilities do not sum to 1: divide by their sum": lambda p, mass: _cut(p, mass, scale=False),
        "the token with which the sum first reaches mass belongs to the nucleus too": lambda p, mass: _cut(p, mass, 1),
        "one token too many is kept: stop as soon as the sum reaches mass": lambda p, mass: _cut(p, mass, -1),
        "the least likely tokens were kept: sort in descending order": lambda p, mass: _cut(p, mass, up=True),
        "the probabilities come back in sorted order: put each in its own place (scatter)":
            lambda p, mass: _nucleus(p, mass).sort(descending=True).values,
        "gather takes from the places; scatter puts into them": _gathered,
        "the kept probabilities are divided by their sum, not put through softmax again":
            lambda p, mass: torch.where(_nucleus(p, mass) > 0, p, 0.0).softmax(0),
        "softmax of the kept ones changes their ratios: divide them by their sum":
            lambda p, mass: torch.where(_nucleus(p, mass) > 0, p, -torch.inf).softmax(0),
        "tokens whose own probability is below mass were cut: it is their sum that counts":
            lambda p, mass: torch.where(p >= mass, p, 0.0) / torch.where(p >= mass, p, 0.0).sum(),
    }  # fmt: skip
    by_hand = torch.tensor([0.1, 0.5, 0.15, 0.25], dtype=torch.float64)
    ask.agrees("p = (0.1, 0.5, 0.15, 0.25)", _nucleus, [(by_hand, mass) for mass in (0.7, 0.8, 0.3)], hypotheses=wrong)
    cases = [(normal(v, seed=v).softmax(0), mass) for v in (3, 5, 8) for mass in (0.2, 0.55, 0.9)]
    ask.agrees("random probabilities", _nucleus, cases, hypotheses=wrong)
    halves = numbers(0.25, 0.5, 0.125, 0.125)
    ask.agrees("mass reached exactly", _nucleus, [(halves, 0.5), (halves, 0.75), (halves, 1.0)], hypotheses=wrong)
    sure = [(numbers(0.01, 0.98, 0.01), 0.9), (numbers(1.0), 0.5), (numbers(0.0, 1.0, 0.0), 1.0)]
    ask.agrees("a model that is sure: one token is enough", _nucleus, sure, hypotheses=wrong)
    ask.agrees("mass 1 keeps everything", _nucleus, [(by_hand, 1.0)], hypotheses=wrong)

    def sizes(of):
        """The probabilities in order: which of several equal ones is kept is left open, not how many."""
        return lambda p, mass: of(p, mass).sort(descending=True).values

    equal = [(numbers(0.2, 0.3, 0.2, 0.3), 0.7), (torch.full((8,), 0.125).double(), 0.3)]
    ask.agrees("equal probabilities: no more than are needed", sizes(_nucleus), equal, function=sizes(ask.student))
    ask.keeps_float32(_nucleus, (by_hand, 0.7), hypotheses=wrong)


def _cut(p: torch.Tensor, mass: float, fewer: int = 0, scale: bool = True, up: bool = False) -> torch.Tensor:
    ordered, places = p.sort(descending=not up)
    number = int((ordered.cumsum(0) - ordered < mass).sum()) - fewer
    kept = torch.zeros_like(p).scatter(0, places[:number], ordered[:number])
    return kept / kept.sum() if scale else kept


def _gathered(p: torch.Tensor, mass: float) -> torch.Tensor:
    ordered, places = p.sort(descending=True)
    kept = torch.where(ordered.cumsum(0) - ordered < mass, ordered, 0.0)
    return (kept / kept.sum()).gather(0, places)


def _nucleus(p: torch.Tensor, mass: float) -> torch.Tensor:
    return _cut(p, mass)
