"""A checkpoint is of a run on certain data: other data of the same size are refused, where they can be seen."""

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import d2lutils as d2l
from d2lutils.data import text

X = torch.randn(512, 4, generator=torch.Generator().manual_seed(0))
Y = (X[:, 0] > 0).long()
TOKENS = torch.randint(5, (400,), generator=torch.Generator().manual_seed(0))


def run(path, train, test=None, epochs=2):
    torch.manual_seed(0)
    return d2l.fit(nn.Linear(4, 2), train, test, loss=nn.CrossEntropyLoss(), epochs=epochs, plot=False, device="cpu",
                   optimizer=lambda p: torch.optim.SGD(p, 0.1), checkpoint=path)  # fmt: skip


def tensors(x=X, y=Y, **options):
    return d2l.load_array((x, y), 32, **options)


def dataset(x=X, y=Y):
    return DataLoader(TensorDataset(x, y), 32)


def some_labels_changed():
    return torch.where(torch.rand(512, generator=torch.Generator().manual_seed(1)) < 0.2, 1 - Y, Y)


OTHERS = {
    "another draw": (torch.randn(512, 4, generator=torch.Generator().manual_seed(5)), Y), "scaled": (1.01 * X, Y),
    "rows exchanged": (X.flip(0), Y.flip(0)), "columns exchanged": (X.flip(1), Y),
    "some labels changed": (X, some_labels_changed()),
    "a gap": (torch.where(X > 2, torch.nan, X), Y),
}  # fmt: skip


@pytest.mark.parametrize("made", [tensors, dataset])
@pytest.mark.parametrize("name", OTHERS)
def test_other_data_of_the_same_size_are_refused(tmp_path, name, made):
    run(tmp_path / "c.pt", made())
    content = (tmp_path / "c.pt").read_bytes()
    with pytest.raises(d2l.CheckpointError, match=r"c\.pt is of a run on other training data.*Delete"):
        run(tmp_path / "c.pt", made(*OTHERS[name]), epochs=3)
    assert (tmp_path / "c.pt").read_bytes() == content
    assert len(run(tmp_path / "c.pt", made(), epochs=3)["epoch"]) == 3


def test_other_test_data_are_refused(tmp_path):
    run(tmp_path / "c.pt", tensors(), tensors(is_train=False))
    with pytest.raises(d2l.CheckpointError, match="on other test data"):
        run(tmp_path / "c.pt", tensors(), tensors(-X, Y, is_train=False), epochs=3)


SAME = {
    "rounded elsewhere": (X * (1 + 1e-7), Y), "a copy": (X.clone(), Y.clone()),
    "another layout": (X.T.contiguous().T, Y),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_the_same_data_are_welcome(tmp_path, name):
    run(tmp_path / "c.pt", tensors())
    assert len(run(tmp_path / "c.pt", tensors(*SAME[name]), epochs=3)["epoch"]) == 3


@pytest.mark.parametrize("x", [
    torch.zeros(64, 4), torch.full((64, 4), torch.nan), torch.arange(256).reshape(64, 4).to(torch.uint8),
    torch.randn(64, 4) > 0, torch.randn(64, 4, dtype=torch.complex64), torch.randn(64, 2, 3, dtype=torch.bfloat16),
    torch.randn(1, 4), torch.empty(64, 0), torch.full((64, 4), torch.inf),
    torch.full((64, 4), 1e300, dtype=torch.float64), torch.randn(64),
], ids=str)  # fmt: skip
def test_a_glance_takes_any_tensor(x):
    from d2lutils.training.checkpoint.data import changed, glance

    now = glance(d2l.load_array((x,), 16))
    assert [row.dtype for row in now] == [torch.float64] and not changed(now, glance(d2l.load_array((x.clone(),), 16)))


def test_a_text_is_seen_and_what_cannot_be_looked_at_is_let_through(tmp_path):
    from d2lutils.training.checkpoint.data import changed, glance

    loaders = [text.SequentialLoader(tokens, 4, 5) for tokens in (TOKENS, TOKENS.flip(0))]
    assert changed(*(glance(loader) for loader in loaders)) and not changed(glance(loaders[0]), glance(loaders[0]))
    batches = [[(X[:32], Y[:32])], [(X[32:64], Y[32:64])]]
    run(tmp_path / "c.pt", batches[0])
    run(tmp_path / "c.pt", batches[1], epochs=3)


def test_a_file_of_before_knows_neither_data_nor_order(tmp_path):
    run(tmp_path / "c.pt", tensors())
    state = torch.load(tmp_path / "c.pt", weights_only=True)
    del state["settings"]["data"], state["order"]
    torch.save(state, tmp_path / "c.pt")
    assert len(run(tmp_path / "c.pt", tensors(), epochs=3)["epoch"]) == 3
