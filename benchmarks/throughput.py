"""How fast `fit` trains, as ratios within one run: against a bare loop over the same tensors, and against the usual
per-picture pipeline (torchvision's dataset, ToTensor, a DataLoader with worker processes, a look at the loss a batch).

Each measurement is one epoch over 60,000 pictures of 28×28 at batch size 256 with a pass over the 10,000 test pictures,
reading the data from disk included. The three take turns, so that a busy spell of the machine hits all of them, and
each ratio is the median of the ratios within the rounds.
"""

import statistics
import struct
import time
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision.datasets import FashionMNIST
from torchvision.transforms import ToTensor

import d2lutils as d2l

BATCH_SIZE, LR, WORKERS = 256, 0.1, 4
SECONDS_FOR_PAIRS = 25  # in each round, and at least four pairs: a single pair is off by ten percent on a busy machine
MODELS = {
    "MLP 784-256-10": lambda: d2l.MLP(784, 256, 10),
    # the layout in which PyTorch's convolutions are fastest on a CPU, for all three ways alike
    "LeNet, channels_last": lambda: d2l.LeNet().to(memory_format=torch.channels_last),
}


def with_fit(net, device):
    train, test = d2l.load_data_fashion_mnist(BATCH_SIZE)
    d2l.fit(net, train, test, loss=nn.CrossEntropyLoss(), optimizer=lambda p: torch.optim.SGD(p, LR), epochs=1,
            device=device, plot=False)  # fmt: skip


def bare(net, device):
    """The least that trains: no training metrics, one look at the sum of the losses, the test accuracy once."""
    (x, y), (x_test, y_test) = (
        (part.to(device) for part in loader.tensors) for loader in d2l.load_data_fashion_mnist(BATCH_SIZE)
    )
    net, loss_function = net.to(device), nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), LR)
    total = torch.zeros((), device=device)
    net.train()
    order = torch.randperm(len(x)).to(device)
    for rows in order.split(BATCH_SIZE):
        loss = loss_function(net(x.index_select(0, rows).float().div_(255)), y.index_select(0, rows))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.detach()
    net.eval()
    right = torch.zeros((), device=device)
    with torch.no_grad():
        for a, b in zip(x_test.split(BATCH_SIZE), y_test.split(BATCH_SIZE)):
            right += (net(a.float().div_(255)).argmax(1) == b).sum()
    return total.item(), right.item()


def per_picture(net, device, folder):
    net, loss_function = net.to(device), nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), LR)
    train, test = (
        DataLoader(
            FashionMNIST(folder, train=part, transform=ToTensor()), BATCH_SIZE, shuffle=part, num_workers=WORKERS
        )
        for part in (True, False)
    )
    total, right = 0.0, 0.0
    net.train()
    for x, y in train:
        x, y = x.to(device), y.to(device)
        loss = loss_function(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    net.eval()
    with torch.no_grad():
        for x, y in test:
            right += (net(x.to(device)).argmax(1) == y.to(device)).sum().item()
    return total, right


def write_idx(folder: Path) -> None:
    """The same pictures in the files that torchvision reads."""
    raw = folder / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for loader, name in zip(d2l.load_data_fashion_mnist(BATCH_SIZE), ("train", "t10k")):
        images, labels = loader.tensors
        n = len(labels)
        (raw / f"{name}-images-idx3-ubyte").write_bytes(struct.pack(">4i", 0x803, n, 28, 28) + images.numpy().tobytes())
        (raw / f"{name}-labels-idx1-ubyte").write_bytes(struct.pack(">2i", 0x801, n) + labels.byte().numpy().tobytes())


def seconds(run, *arguments, device) -> float:
    torch.manual_seed(0)
    with d2l.Timer(device) as timer:
        run(*arguments)
    return timer.sum()


def measure(device, folder, rounds: int, say) -> list[dict]:
    """One row a model: median seconds of each way, and the median ratios to `fit`."""
    rows = []
    for name, make in MODELS.items():
        with_fit(make(), device), bare(make(), device)  # warm up: files in memory, kernels chosen
        times = []
        for k in range(rounds):
            # fit and the bare loop differ by percents, the pipeline by factors: the former take turns for a while
            pairs, begin = [], time.perf_counter()
            while len(pairs) < 4 or time.perf_counter() - begin < SECONDS_FOR_PAIRS:
                ways = [("fit", with_fit), ("bare", bare)][:: 1 if len(pairs) % 2 else -1]
                found = {way: seconds(run, make(), device, device=device) for way, run in ways}
                pairs.append((found["fit"], found["bare"]))
            slow = seconds(per_picture, make(), device, folder, device=device)
            times.append((pairs, slow))
            say(f"{name}, round {k + 1} of {rounds}: fit {pairs[-1][0]:.2f} s, bare {pairs[-1][1]:.2f} s, "
                f"per picture {slow:.2f} s")  # fmt: skip
        all_pairs = [pair for pairs, _ in times for pair in pairs]
        rows.append({
            "model": name,
            "pairs": len(all_pairs),
            "fit": statistics.median(fit for fit, _ in all_pairs),
            "bare": statistics.median(bare for _, bare in all_pairs),
            "per picture": statistics.median(slow for _, slow in times),
            "fit / bare": statistics.median(fit / bare for fit, bare in all_pairs),
            "per picture / fit": statistics.median(
                slow / statistics.median(fit for fit, _ in pairs) for pairs, slow in times
            ),
        })  # fmt: skip
    return rows
