"""Schedules: once an epoch, or once a step, and never without a word if they plan otherwise."""

import pytest
import torch
from torch import nn
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, TensorDataset

import d2lutils as d2l


def data(n=40):
    x = torch.randn(n, 3)
    return DataLoader(TensorDataset(x, (x[:, 0] > 0).long()), 8)  # 5 batches


def run(scheduler, every="epoch", epochs=3, **options):
    """The learning rate of each step."""
    net, rates = nn.Linear(3, 2), []
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    optimizer.register_step_pre_hook(lambda *_: rates.append(optimizer.param_groups[0]["lr"]))
    d2l.fit(net, data(), loss=nn.CrossEntropyLoss(), optimizer=optimizer, epochs=epochs, scheduler=scheduler,
            schedule_every=every, plot=False, device="cpu", **options)  # fmt: skip
    return rates


def one_cycle(steps):
    return lambda o: lr_scheduler.OneCycleLR(o, max_lr=1.0, total_steps=steps)


def test_one_cycle_is_run_to_its_end():
    for rates in (run(one_cycle(15), "step"), run(one_cycle(9), "step", accumulate=2), run(one_cycle(10), epochs=10)):
        assert rates[0] == pytest.approx(1.0 / 25)
        assert max(rates) > 0.7
        assert rates[-1] == pytest.approx(1.0 / 25 / 1e4, rel=1e-3)


def test_a_schedule_is_told_of_every_step_or_every_epoch():
    halve = lambda o: lr_scheduler.StepLR(o, 1, 0.5)  # noqa: E731
    assert run(halve) == pytest.approx([0.1 / 2**epoch for epoch in range(3) for _ in range(5)])
    assert run(halve, "step") == pytest.approx([0.1 / 2**step for step in range(15)])
    assert run(halve, "step", accumulate=2) == pytest.approx([0.1 / 2**step for step in range(9)])


@pytest.mark.parametrize("scheduler, every, words", [
    (one_cycle(15), "epoch", "OneCycleLR plans for 15 steps.*told of 3: pass schedule_every='step'"),
    (one_cycle(3), "step", "OneCycleLR plans for 3 steps.*told of 15: pass schedule_every='epoch'"),
    (one_cycle(20), "step", "plans for 20 steps.*told of 15: give it total_steps=15"),
    (lambda o: lr_scheduler.CosineAnnealingLR(o, 15), "epoch", "CosineAnnealingLR plans for 15.*schedule_every='step'"),
    (lambda o: lr_scheduler.CosineAnnealingLR(o, 3), "step", "CosineAnnealingLR plans for 3.*schedule_every='epoch'"),
    (lambda o: lr_scheduler.CyclicLR(o, 0.1, 1.0), "epoch", "CyclicLR counts steps.*schedule_every='step'"),
    (lambda o: lr_scheduler.SequentialLR(o, [lr_scheduler.ConstantLR(o), lr_scheduler.CosineAnnealingLR(o, 15)], [1]),
     "epoch", "CosineAnnealingLR plans for 15"),
    (lr_scheduler.ReduceLROnPlateau, "step", "ReduceLROnPlateau looks at the loss of an epoch"),
    (lr_scheduler.ConstantLR, "batch", "schedule_every must be 'epoch' or 'step', not 'batch'"),
    (lr_scheduler.StepLR, "epoch", "scheduler must be a torch scheduler or a factory.*step_size"),
    (0.5, "epoch", "scheduler must be a torch scheduler or a factory.*not float"),
    (lambda o: None, "epoch", "returned no scheduler, but NoneType"),
])  # fmt: skip
def test_what_cannot_be_meant_is_said(scheduler, every, words):
    with pytest.raises(ValueError, match=words):
        run(scheduler, every)


def test_a_cosine_that_ends_later_than_the_run_is_allowed():
    assert 0.07 < run(lambda o: lr_scheduler.CosineAnnealingLR(o, 10))[-1] < 0.1


def test_a_scheduler_of_another_optimizer_is_refused():
    other = torch.optim.SGD(nn.Linear(3, 2).parameters(), lr=0.1)
    for scheduler in (lr_scheduler.StepLR(other, 1), lr_scheduler.ChainedScheduler([lr_scheduler.StepLR(other, 1)])):
        with pytest.raises(ValueError, match="scheduler belongs to another optimizer"):
            run(scheduler)


def test_a_schedule_of_steps_resumes_in_the_middle(tmp_path):
    def train(epochs_now, path):
        torch.manual_seed(0)
        net = nn.Linear(3, 2)
        loader = data()

        class Cut(BaseException):
            pass

        class Stop:
            every_epoch = True

            def update(self, history, done):
                if len(history.epochs.get("epoch", ())) > epochs_now:
                    raise Cut

            def close(self, history):
                pass

        try:
            d2l.fit(net, loader, loss=nn.CrossEntropyLoss(), optimizer=lambda p: torch.optim.SGD(p, 0.1, 0.9),
                    epochs=3, scheduler=one_cycle(15), schedule_every="step", plot=Stop(), device="cpu",
                    checkpoint=path)  # fmt: skip
        except Cut:
            return None
        return net.state_dict()

    whole = train(3, tmp_path / "whole.pt")
    assert train(1, tmp_path / "cut.pt") is None
    torch.testing.assert_close(train(3, tmp_path / "cut.pt"), whole, rtol=0, atol=0)
