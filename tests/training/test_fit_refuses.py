"""What does not fit into a run, or goes wrong in it, is named, with the way out."""

import math

import pytest
import torch
from helpers.nets.fitting import CE, Watch, blobs, loader, run, sgd
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import d2lutils as d2l
from d2lutils.training.task import Task


def test_a_diverging_run_ends_with_epoch_step_and_cause():
    x = torch.randn(64, 1)
    data = DataLoader(TensorDataset(x, 3 * x), 8)
    with pytest.raises(d2l.Diverged, match=r"grown from .* the learning rate 8 is too high.*Try 0\.8") as caught:
        run(
            nn.Linear(1, 1),
            data,
            loss=nn.MSELoss(),
            step=d2l.regression,
            optimizer=lambda p: torch.optim.SGD(p, lr=8.0),
            epochs=50,
        )
    error = caught.value
    assert f"epoch {error.epoch}, step {error.step}" in str(error)
    assert error.history.diverged == str(error)
    assert len(error.history["epoch"]) == error.epoch - 1


def test_a_loss_of_log_zero_is_not_blamed_on_the_learning_rate():
    with pytest.raises(d2l.Diverged, match=r"epoch 1, step 1\. It had not grown before: .*logarithm"):
        run(loss=lambda o, t: (o.sum() * 0 + 1e-9).sub(1e-9).log(), metrics={})


def test_a_test_loss_that_is_not_finite_ends_the_run_too():
    class Poison(nn.Linear):
        def forward(self, x):
            return super().forward(x) if self.training else super().forward(x) * math.nan

    with pytest.raises(d2l.Diverged, match="test loss became nan after epoch 1, test batch 1"):
        run(Poison(3, 3), test=loader(40))


def test_a_metric_that_is_no_number_is_named():
    with pytest.raises(ValueError, match="'nothing' is not a number .epoch 1, step 1"):
        run(metrics={"nothing": lambda o, t: torch.tensor(math.nan)})
    with pytest.raises(ValueError, match=r"'each' must return one number.*\(32,\)"):
        run(metrics={"each": lambda o, t: (o.argmax(1) == t).float()})
    with pytest.raises(ValueError, match="'none' must return one number.*NoneType"):
        run(metrics={"none": lambda o, t: None})


def test_a_metric_keeps_no_graph_of_its_batch():
    net, seen = nn.Linear(3, 3), []

    def norm(output, target):
        seen.append(output)
        return net.weight.norm()  # has a graph whatever the output was

    run(net, metrics={"norm": norm}, epochs=1)
    assert seen and not any(output.requires_grad for output in seen)
    task = Task(net, d2l.regression, None, {"norm": norm}, torch.device("cpu"))
    (value,) = task.measure(d2l.StepOutput(None, net(torch.ones(1, 3)), None, 1))
    assert value == net.weight.norm() and not value.requires_grad


def test_parameters_that_join_the_optimizer_later_start_each_step_without_a_gradient():
    class Unfreeze(Watch):
        every_epoch = True

        def update(self, history, done):
            if len(optimizer.param_groups) == 1:
                optimizer.add_param_group({"params": [net.bias]})

    net = nn.Linear(3, 3)
    optimizer = torch.optim.SGD([net.weight], lr=0.0)  # nothing moves: each step's gradient is the same
    x, y = blobs(64)
    run(net, d2l.TensorLoader(x, y, batch_size=64), optimizer=optimizer, epochs=3, plot=Unfreeze())
    (once,) = torch.autograd.grad(CE(net(x), y), net.bias)
    torch.testing.assert_close(net.bias.grad, once)


def test_outputs_that_do_not_fit_the_loss_are_shown_with_their_shapes():
    with pytest.raises(ValueError, match=r"output \(32, 2\).*target \(32,\) int64.*0 … 1.*holds 0 … 2"):
        run(nn.Linear(3, 2))
    with pytest.raises(ValueError, match=r"loss must return one number.*\(32,\).*reduction='mean'"):
        run(loss=nn.CrossEntropyLoss(reduction="none"))


def test_empty_data_are_named():
    empty = DataLoader(TensorDataset(torch.zeros(10, 3), torch.zeros(10, dtype=torch.long)), 32, drop_last=True)
    with pytest.raises(ValueError, match="train gave no batch in epoch 1"):
        run(train=empty)
    with pytest.raises(ValueError, match="test gave no batch"):
        run(test=empty)
    with pytest.raises(ValueError, match="no batch in epoch 2: .*iter"):
        run(train=iter(list(loader())))
    with pytest.raises(ValueError, match="data gave no batch"):
        d2l.evaluate(nn.Linear(3, 3), empty)


def test_an_optimizer_of_other_parameters_is_refused():
    with pytest.raises(ValueError, match="made for other parameters: 2 of its tensors"):
        run(nn.Linear(3, 3), optimizer=sgd(nn.Linear(3, 3).parameters()))
    with pytest.raises(ValueError, match="torch optimizer or a factory"):
        run(optimizer=0.1)
    with pytest.raises(ValueError, match="torch optimizer or a factory"):
        run(optimizer=lambda parameters: None)
    with pytest.raises(ValueError, match="LBFGS asks for the loss several times"):
        run(optimizer=torch.optim.LBFGS)


@pytest.mark.parametrize("argument, value", [("epochs", 0), ("clip", 0.0), ("clip", -1.0), ("clip", math.nan)])
def test_arguments_out_of_range_are_named(argument, value):
    with pytest.raises(ValueError, match=argument):
        run(**{argument: value})


def test_labels_that_crash_a_gpu_are_explained(monkeypatch):
    from d2lutils.training import recorder

    def crash(rows):
        raise RuntimeError("CUDA error: device-side assert triggered")

    monkeypatch.setattr(recorder, "to_floats", crash)
    with pytest.raises(RuntimeError, match=r"label outside.*device='cpu'"):
        run()
