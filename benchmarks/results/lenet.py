"""LeNet of chapter 5.4 at its published setting: Fashion-MNIST, with sigmoid and mean pooling.

60,000 pictures of 28×28, 256 at a time, ten times over, by SGD at learning rate 0.9 from Xavier's weights. The measure
is the accuracy on the 10,000 test pictures after the last epoch, as published; these are held out already.
"""

import statistics
import time
from functools import partial

import torch
from torch import nn

from benchmarks.results import Row, kept, numbers
from d2lutils.data import DataError, load_data_fashion_mnist
from d2lutils.data.files import FASHION_MNIST, obtain
from d2lutils.layers import xavier_uniform_
from d2lutils.machine import seed_everything
from d2lutils.models import LeNet
from d2lutils.training import fit

BATCH_SIZE, LR, EPOCHS = 256, 0.9, 10
SETTING = f"{BATCH_SIZE}, lr {LR:g}, {EPOCHS} epochs"


def load(train_size: int | None = None):
    if obtain(FASHION_MNIST, "no other pictures") is None:
        raise DataError("the published results need the published pictures: let D2L_DATA name their folder")
    return load_data_fashion_mnist(BATCH_SIZE, train_size=train_size)


def train(seed: int, checkpoint=None, epochs: int = EPOCHS, train_size: int | None = None) -> dict:
    """One run: the accuracies after the last epoch, and the seconds from reading the files to the end of training."""
    began = time.perf_counter()
    train, test = load(train_size)
    seed_everything(seed)
    net = LeNet(activation=nn.Sigmoid)
    for layer in net:
        if isinstance(layer, nn.Conv2d | nn.Linear):
            xavier_uniform_(layer.weight)
    loading = time.perf_counter() - began
    history = fit(
        net, train, test, loss=nn.CrossEntropyLoss(), optimizer=lambda parameters: torch.optim.SGD(parameters, lr=LR),
        epochs=epochs, device="cpu", checkpoint=checkpoint, plot=False,
    )  # fmt: skip
    return {
        "train accuracy": history.last("train accuracy"), "test accuracy": history.last("test accuracy"),
        "pictures": history.examples,
        "seconds": loading + history.seconds,  # the history's seconds add up over interruptions
    }  # fmt: skip


def measure(seeds=(0, 1, 2), say=print) -> list[Row]:
    runs = [kept(f"lenet-seed{seed}", partial(train, seed), say) for seed in seeds]
    return [Row(
        "LeNet, sigmoid and mean pooling", f"Fashion-MNIST, 28 × 28; {SETTING}", "test accuracy, last epoch",
        "0.779; 0.807 in the middle of many runs, from 0.752 to 0.828", "within 0.752 to 0.828, or above",
        numbers(run["test accuracy"] for run in runs), "the same",
        f"{statistics.median(run['pictures'] / run['seconds'] for run in runs):,.0f}",
        numbers((run["seconds"] for run in runs), "{:.0f}"),
    )]  # fmt: skip
