"""The Transformer of chapter 10.5 at its published setting, and what its decoder's cache saves.

The first 600 English–French pairs, 64 at a time, sentences cut at 10 tokens, words seen once as <unk>; 32 wide, 2
layers, 4 heads, 64 hidden units in the dense layers, dropout 0.1; Adam at 0.005 with gradients clipped to norm 1, 200
times over. Held out: the 200 pairs that follow whose English the training has not seen, with all their references.
"""

import statistics
import time
from functools import partial

import torch
from torch import nn

from benchmarks.results import Row, kept, numbers
from d2lutils.data import DataError, build_array, load_data_nmt
from d2lutils.data.files import FRA_ENG, obtain
from d2lutils.machine import seed_everything
from d2lutils.metrics import bleu, course_bleu
from d2lutils.models import Transformer, greedy_search
from d2lutils.training import fit, seq2seq

BATCH_SIZE, NUM_STEPS, PAIRS, HELD_OUT = 64, 10, 600, 200
LR, CLIP, EPOCHS = 0.005, 1.0, 200
SETTING = f"{BATCH_SIZE} × {NUM_STEPS}, Adam {LR:g}, clip {CLIP:g}, {EPOCHS} epochs"
FIXED = [("go .", "va !"), ("i lost .", "j'ai perdu ."), ("he's calm .", "il est calme ."),
         ("i'm home .", "je suis chez moi .")]  # fmt: skip
SPEED_STEPS, SPEED_BATCH, SPEED_ROUNDS = (16, 64, 256), 16, 5


def load():
    if obtain(FRA_ENG, "no other text") is None:
        raise DataError("the published results need the published pairs: let D2L_DATA name their folder")
    return load_data_nmt(BATCH_SIZE, NUM_STEPS, PAIRS, held_out=HELD_OUT)


def translate(net, data, sentences: list[list[str]]) -> list[list[str]]:
    vocab = data.target_vocab
    found = greedy_search(net, *build_array(sentences, data.source_vocab, NUM_STEPS), bos=vocab["<bos>"],
                          eos=vocab["<eos>"], max_steps=NUM_STEPS)  # fmt: skip
    return [vocab.to_tokens(tokens) for tokens in found]


def train(seed: int, checkpoint=None, epochs: int = EPOCHS) -> dict:
    """One run: translations of the fixed sentences, four scores, and the seconds from reading the file to the end."""
    began = time.perf_counter()
    data = load()
    seed_everything(seed)
    net = Transformer(len(data.source_vocab), len(data.target_vocab), width=32, hidden=64, num_heads=4, num_layers=2,
                      dropout=0.1)  # fmt: skip
    loading = time.perf_counter() - began
    history = fit(
        net, data.train, loss=nn.CrossEntropyLoss(), optimizer=lambda parameters: torch.optim.Adam(parameters, lr=LR),
        epochs=epochs, step=seq2seq, clip=CLIP, device="cpu", checkpoint=checkpoint, plot=False,
    )  # fmt: skip
    fixed = translate(net, data, [source.split() for source, _ in FIXED])
    references: dict[tuple, list] = {}
    for source, target in data.held_out:
        references.setdefault(tuple(source), []).append(target)
    held_out = list(zip(translate(net, data, list(references)), references.values()))

    def mean(score, pairs):
        return statistics.mean(score(found, *wanted) for found, wanted in pairs)

    known = [(found, [target]) for found, (_, target) in zip(fixed, FIXED)]
    return {
        "translations": [" ".join(tokens) for tokens in fixed],
        "course BLEU-2": mean(course_bleu, known), "BLEU": mean(bleu, known),
        "held-out course BLEU-2": mean(course_bleu, held_out), "held-out BLEU": mean(bleu, held_out),
        "held-out sentences": len(held_out), "train loss": history.last("train loss"),
        "tokens": history.examples,
        "seconds": loading + history.seconds,  # the history's seconds add up over interruptions
    }  # fmt: skip


def measure(seeds=(0, 1, 2), say=print) -> list[Row]:
    runs = [kept(f"transformer-seed{seed}", partial(train, seed), say) for seed in seeds]
    tokens = f"{statistics.median(run['tokens'] / run['seconds'] for run in runs):,.0f}"
    seconds = numbers((run["seconds"] for run in runs), "{:.0f}")

    def row(measure, published, goal, key):
        return Row(
            "Transformer, 32 wide, 2 layers, 4 heads", f"first {PAIRS} English–French pairs; {SETTING}", measure,
            published, goal, numbers(run[key] for run in runs), numbers(run[f"held-out {key}"] for run in runs), tokens,
            seconds,
        )  # fmt: skip

    return [
        row("the course's BLEU-2, mean of the four fixed sentences", "0.94 (mean of 55 runs); 5,200 tokens/s on a V100",
            "at least 0.94", "course BLEU-2"),
        row("BLEU (n ≤ 4, as sacrebleu scores a sentence), the same sentences", "not reported", "none", "BLEU"),
    ]  # fmt: skip


@torch.no_grad()
def recomputed(net, source, lens, steps: int) -> None:
    """Greedy decoding without a cache of the target: every step computes all positions again."""
    start = net.start(source, lens)
    tokens = torch.ones(len(source), 1, dtype=torch.long)
    for _ in range(steps):
        fresh = type(start)(start.source, start.source_mask)
        tokens = torch.cat([tokens, net.step(tokens, fresh)[:, -1:].argmax(-1)], dim=1)


@torch.no_grad()
def cached(net, source, lens, steps: int) -> None:
    cache = net.start(source, lens)
    token = torch.ones(len(source), 1, dtype=torch.long)
    for _ in range(steps):
        token = net.step(token, cache).argmax(-1)


def speed(say=print) -> str:
    """Seconds of both ways in turn for translations of several lengths; a sentence with the medians of their ratios."""
    seed_everything(0)
    net = Transformer(200, 200).eval()
    source = torch.randint(200, (SPEED_BATCH, NUM_STEPS))
    lens = torch.full((SPEED_BATCH,), NUM_STEPS)
    ratios = []
    for steps in SPEED_STEPS:
        found = []
        for _ in range(SPEED_ROUNDS):
            seconds = {}
            for way in (recomputed, cached):
                began = time.perf_counter()
                way(net, source, lens, steps)
                seconds[way] = time.perf_counter() - began
            found.append(seconds[recomputed] / seconds[cached])
        ratios.append(statistics.median(found))
        say(f"{steps} tokens: recomputing takes {ratios[-1]:.1f} times as long as the cache")
    return (
        f"Translating {SPEED_BATCH} sentences at once into {', '.join(map(str, SPEED_STEPS[:-1]))} and "
        f"{SPEED_STEPS[-1]} tokens with the decoder's cache is {', '.join(f'{r:.1f}' for r in ratios[:-1])} and "
        f"{ratios[-1]:.1f} times as fast as computing all positions again for each token, in the same process."
    )
