"""A small language model, a text that it learns, and how it is trained."""

import torch
from torch import nn

from d2lutils.layers import RNN
from d2lutils.models import RNNModel

loss = nn.functional.cross_entropy


def model(vocab_size=5, hidden=8, layers=1, embed=False, seed=0):
    torch.manual_seed(seed)
    return RNNModel(RNN(4 if embed else vocab_size, hidden, layers), vocab_size, embed)


def sgd(lr):
    return lambda parameters: torch.optim.SGD(parameters, lr=lr)


def text(n=400):
    return torch.arange(n) % 5  # 0 1 2 3 4 0 1 …: the next token follows from the last
