"""The recurrent language models of chapter 9.3 at their published settings, and the speed of the layer from scratch.

The first 10,000 characters of The Time Machine (lower-case letters and single spaces, 27 tokens) are read 32 × 35 at a
time, 500 times over, by SGD at learning rate 1 with gradients clipped to norm 1. Held out: the next 10,000 characters.
"""

import statistics
import time
from functools import partial

import torch
from torch import nn
from torch.nn import functional as F

from benchmarks.results import Row, kept, numbers
from d2lutils.data import DataError, SequentialLoader, Vocab, normalize, read_time_machine
from d2lutils.data.files import TIME_MACHINE, obtain
from d2lutils.layers import RNN
from d2lutils.machine import seed_everything
from d2lutils.models import RNNModel
from d2lutils.training import LanguageModelStep, evaluate, fit

SIZE, BATCH_SIZE, NUM_STEPS, LR, CLIP, EPOCHS = 10_000, 32, 35, 1.0, 1.0, 500
SETTING = f"{BATCH_SIZE} × {NUM_STEPS}, lr {LR:g}, clip {CLIP:g}, {EPOCHS} epochs"
# name, layer, units, published training perplexity and tokens a second, our goal
EXPERIMENTS = [
    ("RNN from scratch", RNN, 512, "1.0; 67,000 tokens/s on a V100", 1.1),
    ("nn.RNN", nn.RNN, 256, "1.3; 404,000 tokens/s on a V100", 1.3),
]
SPEED_UNITS, SPEED_ROUNDS = 256, 5


def load(size: int = SIZE):
    """The vocabulary, the training characters as numbers, and those that follow."""
    if obtain(TIME_MACHINE, "no other text") is None:
        raise DataError("the published results need the published text: let D2L_DATA name its folder")
    text = normalize(read_time_machine())
    vocab = Vocab(text, unknown=None)
    return vocab, vocab[list(text[:size])], vocab[list(text[size : 2 * size])]


def train(layer, units: int, seed: int, checkpoint=None, epochs: int = EPOCHS) -> dict:
    """One run: perplexities, how many tokens, and the seconds from reading the file to the end of training."""
    began = time.perf_counter()
    vocab, corpus, following = load()
    seed_everything(seed)
    data = SequentialLoader(corpus, BATCH_SIZE, NUM_STEPS)
    net = RNNModel(layer(len(vocab), units), len(vocab))
    loading = time.perf_counter() - began
    history = fit(
        net, data, loss=F.cross_entropy, optimizer=lambda parameters: torch.optim.SGD(parameters, lr=LR), epochs=epochs,
        step=LanguageModelStep(), clip=CLIP, device="cpu", checkpoint=checkpoint, plot=False,
    )  # fmt: skip
    look = partial(evaluate, net, loss=F.cross_entropy, step=LanguageModelStep())
    return {
        "train perplexity": history.last("train perplexity"),  # over the last epoch, as published
        "read again": look(SequentialLoader(corpus, 1, 1000, shift=False))["perplexity"],
        "held-out perplexity": look(SequentialLoader(following, 1, 1000, shift=False))["perplexity"],
        "tokens": history.examples,
        "seconds": loading + history.seconds,  # the history's seconds add up over interruptions
    }


def measure(seeds=(0, 1, 2), say=print) -> list[Row]:
    rows = []
    for name, layer, units, published, goal in EXPERIMENTS:
        slug = f"rnn-{'scratch' if layer is RNN else 'torch'}-{units}"
        runs = [kept(f"{slug}-seed{seed}", partial(train, layer, units, seed), say) for seed in seeds]
        rows.append(Row(
            f"{name}, {units} units", f"*The Time Machine*, first {SIZE:,} characters; {SETTING}",
            "training perplexity", published, f"at most {goal}", numbers(run["train perplexity"] for run in runs),
            numbers((run["held-out perplexity"] for run in runs), "{:.1f}"),
            f"{statistics.median(run['tokens'] / run['seconds'] for run in runs):,.0f}",
            numbers((run["seconds"] for run in runs), "{:.0f}"),
        ))  # fmt: skip
    return rows


def speed(say=print) -> str:
    """Tokens a second of both layers in turn, training included, in one process; a sentence with medians."""
    vocab, corpus, _ = load()
    rates: dict = {RNN: [], nn.RNN: []}
    for _ in range(SPEED_ROUNDS):
        for layer in rates:
            seed_everything(0)
            net = RNNModel(layer(len(vocab), SPEED_UNITS), len(vocab))
            history = fit(
                net, SequentialLoader(corpus, BATCH_SIZE, NUM_STEPS), loss=F.cross_entropy, epochs=4, device="cpu",
                optimizer=lambda p: torch.optim.SGD(p, lr=LR), step=LanguageModelStep(), clip=CLIP, plot=False,
            )  # fmt: skip
            rates[layer].append(history.examples_per_second)
            say(f"{layer.__module__} {history.examples_per_second:,.0f} tokens/s")
    ours, theirs = (statistics.median(rates[layer]) for layer in (RNN, nn.RNN))
    ratio = statistics.median(a / b for a, b in zip(*rates.values()))
    return (
        f"At {SPEED_UNITS} units the recurrent layer from scratch trains on {ours:,.0f} tokens a second and nn.RNN, in "
        f"the same process, on {theirs:,.0f}: a ratio of {ratio:.2f} (the goal is at least 0.33)."
    )
