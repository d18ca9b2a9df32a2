"""Real handwritten digits through `fit`. Measured over seeds 0 to 2 on the 8,500 + 1,500 split: softmax regression ends
at .911, .911 and .913, LeNet at .980, .982 and .977."""

import pytest
import torch
from torch import nn

import d2lutils as d2l


@pytest.mark.real_data
def test_softmax_regression_reads_real_digits():
    train, test = d2l.load_data_mnist(256)
    history = d2l.fit(
        d2l.SoftmaxRegression(784, 10),
        train,
        test,
        loss=d2l.cross_entropy,
        optimizer=lambda p: d2l.SGD(p, 0.1),
        epochs=10,
        plot=False,
    )
    assert history.last("test accuracy") >= 0.88


@pytest.mark.real_data
def test_lenet_reads_real_digits():
    train, test = d2l.load_data_mnist(64)
    history = d2l.fit(
        d2l.LeNet(),
        train,
        test,
        loss=nn.CrossEntropyLoss(),
        optimizer=lambda p: torch.optim.SGD(p, 0.2, momentum=0.5),
        epochs=8,
        plot=False,
    )
    assert history.last("test accuracy") >= 0.97
