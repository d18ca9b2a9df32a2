"""The language model's step: state carried from batch to batch, perplexity, and learning with both."""

import math

import pytest
import torch
from helpers.nets.language_models import loss, model, sgd, text

from d2lutils.data import RandomLoader, SequentialLoader
from d2lutils.metrics import perplexity
from d2lutils.training import LanguageModelStep, detached, evaluate, fit

close = torch.testing.assert_close


# --- the step -----------------------------------------------------------------------------------------------------

def test_the_step_carries_a_detached_state_and_start_drops_it():
    net, step = model(), LanguageModelStep()
    X = torch.randint(5, (2, 6))
    step.start(True)
    first = step(net, (X[:, :3], X[:, 1:4]), loss)
    assert not step.state.requires_grad and step.state.shape == (1, 2, 8)
    second = step(net, (X[:, 3:5], X[:, 4:]), loss)
    whole, _ = net(X)
    close(second.output, whole[:, 3:5].flatten(0, 1))
    first.loss.backward()
    second.loss.backward()  # would fail if the second batch reached back into the first
    step.start(True)
    assert step.state is None


def test_without_carry_every_batch_begins_anew():
    net, step = model(), LanguageModelStep(carry=False)
    X = torch.randint(5, (2, 6))
    outputs = [step(net, (X[:, :5], X[:, 1:]), loss).output for _ in range(2)]
    close(outputs[0], outputs[1])
    # so batches of different sizes may follow each other
    step(net, (X[:1, :5], X[:1, 1:]), loss)


def test_counts_are_tokens_and_the_loss_is_their_mean():
    net, step = model(), LanguageModelStep()
    X = torch.randint(5, (2, 7))
    out = step(net, (X[:, :-1], X[:, 1:]), loss)
    logits, _ = net(X[:, :-1])
    assert out.count == 12
    close(out.loss, loss(logits.reshape(-1, 5), X[:, 1:].reshape(-1)))


def test_detached_keeps_values_and_the_form_of_an_lstm_state():
    h = torch.randn(3, requires_grad=True) * 2
    assert detached(None) is None
    a, (b,) = detached((h, (h,)))
    assert torch.equal(a, h) and not a.requires_grad and not b.requires_grad


def test_batches_of_the_history_are_passed_in_order_and_state_dropped_at_each_pass():
    seen = []

    class Watched(LanguageModelStep):
        def __call__(self, net, batch, loss):
            seen.append((self.state is None, net.training))
            return super().__call__(net, batch, loss)

    train, test = SequentialLoader(text(200), 4, 8), SequentialLoader(text(60), 2, 8, shift=False)
    fit(model(), train, test, loss=loss, optimizer=sgd(0.1), epochs=2, step=Watched(), plot=False)
    per_epoch = [(k == 0, True) for k in range(len(train))] + [(k == 0, False) for k in range(len(test))]
    assert seen == per_epoch * 2


# --- perplexity ---------------------------------------------------------------------------------------------------

def test_perplexity_of_a_uniform_guess_is_the_vocabulary():
    assert perplexity(loss(torch.zeros(7, 28), torch.zeros(7, dtype=torch.long))) == pytest.approx(28)
    assert perplexity(0.0) == 1
    assert perplexity(1e4) == math.inf


def test_the_history_has_the_perplexity_of_all_tokens_not_the_mean_of_batches():
    torch.manual_seed(1)
    corpus = torch.randint(5, (101,))
    net, data = model(), SequentialLoader(corpus, 1, 30, shift=False)  # batches of 30, 30, 30 and 10 tokens
    history = fit(net, data, data, loss=loss, optimizer=sgd(1e-12), epochs=1, step=LanguageModelStep(), plot=False)
    logits, _ = net(corpus[None, :-1])
    exact = math.exp(loss(logits[0], corpus[1:]).item())
    for value in (
        history.last("train perplexity"),
        history.last("test perplexity"),
        evaluate(net, data, loss=loss, step=LanguageModelStep())["perplexity"],
    ):
        assert value == pytest.approx(exact, rel=1e-5)
    assert history.examples == 100
    for column in ("train", "test"):
        assert history[f"{column} perplexity"] == pytest.approx([math.exp(v) for v in history[f"{column} loss"]])
    assert len(history.steps["train perplexity"]) == len(history.steps["train loss"])


# --- learning -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("loader, carry", [(SequentialLoader, True), (RandomLoader, False)])
@pytest.mark.parametrize("embed", [False, True])
def test_it_learns_a_text_both_ways(loader, carry, embed):
    torch.manual_seed(0)
    data = loader(text(), 4, 8)
    history = fit(model(hidden=16, embed=embed), data, loss=loss, optimizer=sgd(1.0), epochs=12, clip=1.0,
                  step=LanguageModelStep(carry), plot=False)  # fmt: skip
    assert history.last("train perplexity") < (1.05 if carry else 1.1)


def test_carried_state_remembers_over_the_border_of_a_batch():
    """0 0 1 1 0 0 1 1 …, one token a batch: without the carried state, what follows a 0 is a toss of a coin."""
    corpus, found = (torch.arange(320) // 2) % 2, {}
    for carry in (True, False):
        torch.manual_seed(0)
        net, train = model(vocab_size=2), SequentialLoader(corpus, 2, 2)
        fit(net, train, loss=loss, optimizer=sgd(0.5), epochs=8, clip=1.0, step=LanguageModelStep(carry), plot=False)
        one_by_one = SequentialLoader(corpus, 2, 1, shift=False)
        found[carry] = evaluate(net, one_by_one, loss=loss, step=LanguageModelStep(carry))["perplexity"]
    assert found[True] < 1.1 and found[False] > 1.9
