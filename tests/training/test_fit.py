"""The training loop: equal to a bare one, and kind to its caller."""


import pytest
import torch
from helpers.nets.fitting import CE, Watch, blobs, loader, run, sgd
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

import d2lutils as d2l


def test_it_is_a_bare_loop_to_the_last_bit():
    torch.manual_seed(1)
    ours, bare = nn.Linear(3, 3), nn.Linear(3, 3)
    bare.load_state_dict(ours.state_dict())
    history = run(ours, loader(), loader(50, shuffle=False), epochs=3)
    optimizer = sgd(bare.parameters())
    data = loader()
    for _ in range(3):
        losses, right, count = 0.0, 0, 0
        for x, y in data:
            output = bare(x)
            loss = CE(output, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses += loss.item() * len(y)
            right += (output.argmax(1) == y).sum().item()
            count += len(y)
    torch.testing.assert_close(ours.state_dict(), bare.state_dict(), rtol=0, atol=0)
    assert history.last("train loss") == pytest.approx(losses / count, rel=1e-6)
    assert history.last("train accuracy") == pytest.approx(right / count, rel=1e-6)
    x, y = blobs(50)
    assert history.last("test loss") == pytest.approx(CE(bare(x), y).item(), rel=1e-5)
    assert history.examples == 3 * 200


def test_the_history_is_plain_and_the_same_whenever_it_was_read(monkeypatch):
    from d2lutils.training import recorder

    torch.manual_seed(3)
    net = nn.Linear(3, 3)
    start = {k: v.clone() for k, v in net.state_dict().items()}
    monkeypatch.setattr(recorder, "SECONDS_BETWEEN_READS", 1e9)
    rarely = run(net, test=loader(40))
    net.load_state_dict(start)
    monkeypatch.setattr(recorder, "SECONDS_BETWEEN_READS", 0.0)
    often = run(net, test=loader(40))
    assert (rarely.epochs, rarely.steps) == (often.epochs, often.steps)
    assert rarely["epoch"] == [1, 2]
    assert len(rarely.steps["epoch"]) == 10
    assert {len(column) for column in rarely.epochs.values()} == {2}
    again = d2l.History.from_dict(rarely.to_dict())
    assert again == rarely
    with pytest.raises(KeyError, match=r"no column 'tset loss'.*test loss"):
        rarely["tset loss"]


@pytest.mark.parametrize("n, batch_size, readings", [(10, 32, 1), (64, 32, 2), (200, 32, 5), (7, 1, 5)])
def test_few_batches_give_few_readings_and_every_example_counts_once(n, batch_size, readings):
    history = run(train=loader(n, batch_size), epochs=1)
    assert len(history.steps["epoch"]) == readings
    assert history.steps["epoch"][-1] == 1.0
    assert history.examples == n


def test_training_and_evaluation_modes_are_used_and_given_back():
    modes = []

    class Spy(nn.Linear):
        def forward(self, x):
            modes.append((self.training, torch.is_grad_enabled()))
            return super().forward(x)

    net = Spy(3, 3).eval()
    run(net, loader(40), loader(40), epochs=1)
    assert modes == [(True, True)] * 2 + [(False, False)] * 2
    assert not net.training
    assert torch.is_grad_enabled()
    net.train()
    d2l.evaluate(net, loader(40))
    assert net.training


def test_the_callers_weights_are_where_training_starts():
    net = nn.Linear(3, 3)
    nn.init.constant_(net.weight, 5.0)
    run(net, optimizer=lambda p: torch.optim.SGD(p, lr=1e-12), epochs=1)
    torch.testing.assert_close(net.weight, torch.full((3, 3), 5.0))


def test_evaluate_weights_every_example_alike_and_needs_no_loss():
    net = nn.Linear(3, 3)
    x, y = blobs(50)
    found = d2l.evaluate(net, loader(50, 16), loss=CE)
    assert found["loss"] == pytest.approx(CE(net(x), y).item(), rel=1e-5)
    assert d2l.evaluate_accuracy(net, loader(50, 7)) == pytest.approx((net(x).argmax(1) == y).float().mean().item())
    assert list(d2l.evaluate(net, loader(50))) == ["accuracy"]


def test_a_loss_with_weights_of_its_own_goes_where_the_net_goes(monkeypatch):
    moved = []
    monkeypatch.setattr(nn.Module, "to", lambda self, device: moved.append((type(self).__name__, str(device))) or self)
    loss = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0, 3.0]))
    run(loss=loss)
    assert moved == [("Linear", "cpu"), ("CrossEntropyLoss", "cpu")]
    d2l.evaluate(nn.Linear(3, 3), loader(40), loss=loss)
    assert moved[2:] == [("CrossEntropyLoss", "cpu")]


@pytest.mark.gpu
def test_a_weighted_loss_trains_on_a_gpu():
    loss = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0, 3.0]))
    assert run(loss=loss, device=d2l.try_gpu()).last("train loss") > 0


def test_soft_labels_and_regression_are_steps_too():
    x, y = blobs()
    soft = DataLoader(TensorDataset(x, F.one_hot(y, 3) * 0.9 + 0.1 / 3), 32)
    assert run(train=soft, metrics={}).last("train loss") > 0
    line = DataLoader(TensorDataset(x, x.sum(1, keepdim=True)), 32)
    history = run(nn.Linear(3, 1), line, loss=nn.MSELoss(), step=d2l.regression, epochs=20)
    assert history.last("train loss") < 0.01
    flat = DataLoader(TensorDataset(x, x.sum(1)), 32)
    with pytest.raises(ValueError, match=r"\(32, 1\).*\(32,\).*broadcasts"):
        run(nn.Linear(3, 1), flat, loss=nn.MSELoss(), step=d2l.regression)


def test_clipping_bounds_the_step():
    net = nn.Linear(3, 3)
    before = nn.utils.parameters_to_vector(net.parameters()).clone()
    run(net, loader(32), epochs=1, clip=0.01, optimizer=lambda p: torch.optim.SGD(p, lr=1.0))
    moved = (nn.utils.parameters_to_vector(net.parameters()) - before).norm().item()
    assert moved == pytest.approx(0.01, rel=1e-3)


def test_schedulers_advance_once_an_epoch():
    net = nn.Linear(3, 3)
    optimizer = sgd(net.parameters())
    run(net, optimizer=optimizer, scheduler=lambda o: torch.optim.lr_scheduler.StepLR(o, 1, gamma=0.5), epochs=3)
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.1 / 8)
    optimizer = torch.optim.SGD(net.parameters(), lr=1e-6)
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=0, threshold=0.5, eps=0)
    run(net, optimizer=optimizer, scheduler=plateau, epochs=3)
    assert optimizer.param_groups[0]["lr"] == pytest.approx(1e-8)


def test_mixed_precision_trains():
    history = run(precision=torch.bfloat16, epochs=5)
    assert history.last("train loss") < history["train loss"][0]


def test_observers_see_progress_and_are_always_closed():
    watch = Watch()
    run(train=loader(2000, 4), plot=watch, epochs=2)
    assert watch.done == sorted(watch.done)
    assert watch.done[-1] == 1.0
    assert watch.closed == 1
    watch = Watch()
    with pytest.raises(ValueError, match="metric"):
        run(plot=watch, metrics={"bad": lambda o, t: "great"})
    assert watch.closed == 1


def test_an_observer_may_ask_to_see_every_epoch():
    """However fast the epochs are: others are told a few times a second, which may be never between two of them."""

    class Epochs(Watch):
        every_epoch = True

        def update(self, history, done):
            self.seen.append(len(history["test loss"]) if "test loss" in history.epochs else 0)
            super().update(history, done)

    watch = Epochs(stop_at=0.5)
    watch.seen = []
    history = run(train=loader(40, 4), test=loader(8, 4), plot=watch, epochs=20)
    assert history.stopped and len(history["epoch"]) == 10
    assert set(watch.seen) >= set(range(1, 11))


def test_an_observer_can_stop_the_run():
    history = run(train=loader(2000, 4), plot=Watch(stop_at=0.0), epochs=50)
    assert history.stopped
    assert history.examples < 50 * 2000


@pytest.mark.gpu
def test_a_gpu_learns_the_same_and_is_rarely_waited_for(monkeypatch):
    torch.manual_seed(3)
    net = nn.Linear(3, 3)
    start = {k: v.clone() for k, v in net.state_dict().items()}
    on_gpu = run(net, test=loader(40), epochs=3, device=d2l.try_gpu())
    net.load_state_dict(start)
    on_cpu = run(net, test=loader(40), epochs=3, device="cpu")
    assert on_gpu["train loss"] == pytest.approx(on_cpu["train loss"], rel=1e-4)
