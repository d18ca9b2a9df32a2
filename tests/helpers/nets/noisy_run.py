"""A run that draws from all three streams of random numbers, for a process that is killed in the middle of it."""

import random
import time

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import d2lutils as d2l


class Noisy(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(4, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.5), nn.Linear(16, 2))

    def forward(self, x):
        if self.training:
            x = x + 0.1 * random.random() + 0.1 * np.random.rand()
            time.sleep(0.004)
        return self.net(x)


def run(checkpoint, result, said) -> None:
    """Trains to the end, with a checkpoint after each epoch; says "ready" before the first step."""
    torch.set_num_threads(1)
    d2l.seed_everything(0)
    x = torch.randn(160, 4)
    data = TensorDataset(x, (x[:, 0] > 0).long())
    train = DataLoader(data, 16, shuffle=True, generator=torch.Generator().manual_seed(1))
    net = Noisy()
    said.send("ready")
    history = d2l.fit(
        net, train, train, loss=nn.CrossEntropyLoss(), epochs=8, plot=False, checkpoint=checkpoint, device="cpu",
        optimizer=lambda p: torch.optim.Adam(p, lr=0.01),
        scheduler=lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 8),
    )  # fmt: skip
    torch.save({"net": net.state_dict(), "epochs": history.epochs}, result)
