"""What a batch of each task does: the right items count, once each, whatever form the targets have."""

import functools

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

import d2lutils as d2l

CE = nn.CrossEntropyLoss()
WEIGHTS = torch.tensor([1.0, 5.0, 0.2])


def points(n=65, classes=3):
    g = torch.Generator().manual_seed(0)
    y = torch.randint(classes, (n,), generator=g)
    return F.one_hot(y, classes).float() + torch.randn(n, classes, generator=g), y


def batches(*tensors, size=16):
    return DataLoader(TensorDataset(*tensors), size)


def sgd(parameters):
    return torch.optim.SGD(parameters, lr=0.1)


def run(net, train, test=None, **options):
    options = {"loss": CE, "optimizer": sgd, "epochs": 2, "plot": False, **options}
    return d2l.fit(net, train, test, device="cpu", **options)


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_accuracy_of_probabilities_is_that_of_their_likeliest_class(smoothing):
    x, y = points()
    net = nn.Linear(3, 3)
    soft = F.one_hot(y, 3) * (1 - smoothing) + smoothing / 3
    assert d2l.evaluate(net, batches(x, soft)) == d2l.evaluate(net, batches(x, y))
    history = run(net, batches(x, soft), batches(x, soft))
    assert history.last("test accuracy") == pytest.approx((net(x).argmax(1) == y).float().mean().item())


def test_mixed_examples_count_for_the_larger_part():
    x, y = points(64)
    other = y.roll(1)
    mixed = 0.7 * F.one_hot(y, 3) + 0.3 * F.one_hot(other, 3)
    net = nn.Linear(3, 3)
    found = d2l.evaluate(net, batches(x, mixed), loss=CE)
    assert found["accuracy"] == pytest.approx((net(x).argmax(1) == y).float().mean().item())
    assert found["loss"] == pytest.approx(CE(net(x), mixed).item(), rel=1e-5)


def test_targets_of_several_labels_train_but_have_no_accuracy():
    x, _ = points()
    labels = (x > 0).float()
    history = run(nn.Linear(3, 3), batches(x, labels), loss=nn.BCEWithLogitsLoss(), metrics={})
    assert history.last("train loss") < history["train loss"][0]
    with pytest.raises(ValueError, match=r"target \(16, 3\)"):
        run(nn.Linear(3, 3), batches(x, labels), loss=nn.BCEWithLogitsLoss())


def test_accuracy_of_numbers_is_refused():
    x, _ = points()
    with pytest.raises(ValueError, match="accuracy"):
        run(nn.Linear(3, 1), batches(x, x[:, :1]), loss=nn.MSELoss(), step=d2l.regression,
            metrics={"accuracy": d2l.accuracy})  # fmt: skip


def test_each_pixel_of_a_dense_task_is_an_item():
    x = torch.randn(6, 3, 4, 4)  # as many classes as pixels a row: only the loss says which axis is which
    y = torch.randint(4, (6, 4, 4))
    y[0] = -100
    net = nn.Conv2d(3, 4, 1)
    scores = net(x)
    found = d2l.evaluate(net, batches(x, y, size=2), loss=CE)
    assert found["loss"] == pytest.approx(CE(scores, y).item(), rel=1e-5)
    assert found["accuracy"] == pytest.approx((scores.argmax(1) == y)[1:].float().mean().item())
    assert run(net, batches(x, y, size=2), epochs=1).examples == 5 * 16


LOSSES = [
    nn.CrossEntropyLoss(ignore_index=1),
    nn.CrossEntropyLoss(),
    nn.CrossEntropyLoss(weight=WEIGHTS),
    nn.CrossEntropyLoss(weight=WEIGHTS, ignore_index=0, label_smoothing=0.1),
    F.cross_entropy,
    functools.partial(F.cross_entropy, weight=WEIGHTS),
    functools.partial(F.cross_entropy, ignore_index=2),
]


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: getattr(loss, "__name__", type(loss).__name__))
def test_means_do_not_depend_on_the_batch_size(loss):
    x, y = points()
    y[20:40] = -100
    if getattr(loss, "ignore_index", getattr(loss, "keywords", {}).get("ignore_index", -100)) >= 0:
        y[20:40] = getattr(loss, "ignore_index", None) if isinstance(loss, nn.Module) else 2
    net = nn.Linear(3, 3)
    whole = d2l.evaluate(net, batches(x, y, size=65), loss=loss)
    assert whole["loss"] == pytest.approx(loss(net(x), y).item(), rel=1e-5)
    for size in (1, 7, 16):
        assert d2l.evaluate(net, batches(x, y, size=size), loss=loss) == pytest.approx(whole, rel=1e-4)
    history = run(net, batches(x, y, size=7), batches(x, y, size=7), loss=loss, epochs=1, optimizer=frozen)
    assert history.last("test loss") == history.last("train loss") == pytest.approx(whole["loss"], rel=1e-4)


def frozen(parameters):
    return torch.optim.SGD(parameters, lr=1e-30)


def test_class_weights_do_not_weigh_probabilities_as_torch_does_not():
    x, y = points()
    soft, loss, net = F.one_hot(y, 3).float(), nn.CrossEntropyLoss(weight=WEIGHTS), nn.Linear(3, 3)
    found = d2l.evaluate(net, batches(x, soft, size=7), loss=loss)
    assert found["loss"] == pytest.approx(loss(net(x), soft).item(), rel=1e-5)


@pytest.mark.parametrize("loss", [CE, nn.CrossEntropyLoss(label_smoothing=0.1), nn.CrossEntropyLoss(weight=WEIGHTS)])
def test_a_batch_in_which_nothing_counts_changes_nothing(loss):
    x, y = points(48)
    y[16:32] = -100
    net, bare = nn.Linear(3, 3), nn.Linear(3, 3)
    bare.load_state_dict(net.state_dict())
    history = run(net, batches(x, y), loss=loss, epochs=1)
    assert history.examples == 32
    optimizer = sgd(bare.parameters())
    for rows in (slice(0, 16), slice(32, 48)):
        optimizer.zero_grad()
        loss(bare(x[rows]), y[rows]).backward()
        optimizer.step()
    torch.testing.assert_close(net.state_dict(), bare.state_dict(), rtol=0, atol=0)


def test_a_batch_of_classes_without_weight_changes_nothing():
    x, y = points(32)
    y[:16] = 2
    net = nn.Linear(3, 3)
    history = run(net, batches(x, y), loss=nn.CrossEntropyLoss(weight=torch.tensor([1.0, 1.0, 0.0])), epochs=1)
    assert all(p.isfinite().all() for p in net.parameters()) and history.last("train loss") > 0


def test_data_of_which_nothing_counts_are_refused():
    x, y = points()
    nothing = batches(x, torch.full_like(y, -100))
    with pytest.raises(ValueError, match="no item of data counts.*ignore_index"):
        d2l.evaluate(nn.Linear(3, 3), nothing, loss=CE)
    with pytest.raises(ValueError, match="no item of train counts"):
        run(nn.Linear(3, 3), nothing)
    with pytest.raises(ValueError, match="no item of test counts"):
        run(nn.Linear(3, 3), batches(x, y), nothing)


def test_a_target_batch_without_a_token_is_no_fault():
    class Scores(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(torch.randn(5))

        def forward(self, source, source_lens, target):
            return self.w.expand(*target.shape, 5)

    source, target = torch.zeros(4, 3, dtype=torch.long), torch.ones(4, 4, dtype=torch.long)
    lens = torch.tensor([2, 3, 0, 0])
    history = run(Scores(), batches(source, lens, target, lens, size=2), step=d2l.seq2seq, epochs=1)
    assert history.examples == 5


def test_metrics_see_none_but_the_items_that_count():
    x, y = points(16)
    y[3:9] = -100
    sizes = d2l.evaluate(nn.Linear(3, 3), batches(x, y), loss=CE, metrics={"out": lambda o, t: len(o),
                                                                           "in": lambda o, t: len(t)})  # fmt: skip
    assert (sizes["out"], sizes["in"]) == (10, 10)


def test_a_step_may_be_a_class_of_ones_own_with_metrics_columns_and_start():
    class Rounded(d2l.Step):
        metrics = {"near": lambda output, target: ((output - target).abs() < 0.5).float().mean()}  # noqa: RUF012
        of_mean_loss = {"root": lambda mean: mean**0.5}  # noqa: RUF012

        def __init__(self):
            self.passes = []

        def start(self, train):
            self.passes.append(train)

        def __call__(self, net, batch, loss):
            x, y = batch
            output = net(x)
            return d2l.StepOutput(d2l.mean_loss(loss, output, y), output, y, len(y))

    x, _ = points()
    step, data = Rounded(), batches(x, x[:, :1])
    history = run(nn.Linear(3, 1), data, data, loss=nn.MSELoss(), step=step)
    assert step.passes == [True, False] * 2
    assert list(history.epochs) == ["epoch", *(f"{d} {c}" for d in ("train", "test") for c in ("loss", "near", "root"))]
    assert history.last("test root") == pytest.approx(history.last("test loss") ** 0.5)


def test_what_is_no_step_is_named():
    x, y = points()
    with pytest.raises(ValueError, match=r"step must be.*class LanguageModelStep: make one, LanguageModelStep\(\)"):
        run(nn.Linear(3, 3), batches(x, y), step=d2l.LanguageModelStep)
    with pytest.raises(ValueError, match="step must be.*not str"):
        run(nn.Linear(3, 3), batches(x, y), step="classification")
    with pytest.raises(ValueError, match="step must return d2l.StepOutput.*not tuple"):
        run(nn.Linear(3, 3), batches(x, y), step=lambda net, batch, loss: (1, 2))


@pytest.mark.parametrize("batch, words", [
    ({"x": torch.ones(2, 3), "y": torch.ones(2)}, "a dict with 'x', 'y'"),
    (torch.ones(2, 3), r"\(2, 3\) float32"),
    ([torch.ones(2, 3)], "a list of 1"),
    ((torch.ones(2, 3), torch.ones(2), torch.ones(2)), "a tuple of 3"),
])  # fmt: skip
@pytest.mark.parametrize("step", [d2l.classification, d2l.regression])
def test_batches_that_are_no_pairs_are_named(step, batch, words):
    with pytest.raises(ValueError, match=rf"batches \(x, y\), and this one is {words}"):
        run(nn.Linear(3, 3), iter([batch]), step=step)


def test_integer_probabilities_are_explained():
    x, y = points()
    with pytest.raises(ValueError, match=r"y\.float\(\).*argmax"):
        run(nn.Linear(3, 3), batches(x, F.one_hot(y, 3)))
