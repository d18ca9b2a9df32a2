"""The checks of the chapter on saving and serving accept right answers and name the likely cause of wrong ones."""

import os
import tempfile
from pathlib import Path

import checking
import pytest
import torch

from d2lutils import check


def predict(net, x, batch_size, mode=False, finish=lambda scores: scores.softmax(dim=1), restore=True, whole=False):
    was_training = net.training
    net.train(mode)
    with torch.no_grad():
        parts = [net(part) for part in x.split(len(x) if whole else batch_size)]
    if restore:
        net.train(was_training)
    return finish(torch.cat(parts))


def save(state, path, clean=True, name=None):
    handle, part = tempfile.mkstemp(dir=path.parent)
    os.close(handle)
    part = Path(part)
    if name:
        part = part.replace(f"{path}{name}")
    try:
        torch.save(state, part)
        os.replace(part, path)
    finally:
        if clean:
            part.unlink(missing_ok=True)


def remove_first(state, path):
    path.unlink(missing_ok=True)
    save(state, path)


def with_a_graph(net, x, batch_size):
    was_training = net.training
    out = net.eval()(x[:batch_size]) if len(x) <= batch_size else torch.cat([net(p) for p in x.split(batch_size)])
    net.train(was_training)
    return out.softmax(dim=1)


@pytest.mark.parametrize("ask, answer", [(check.predict_in_batches, predict), (check.save_atomically, save)])
def test_right_answers_pass(ask, answer, capsys):
    assert ask(answer)
    assert "all right" in capsys.readouterr().out


WRONG = [
    (check.predict_in_batches, lambda n, x, b: predict(n, x, b, finish=lambda s: s), "softmax is missing"),
    (check.predict_in_batches, lambda n, x, b: predict(n, x, b, finish=lambda s: s.softmax(0)), "over the classes"),
    (check.predict_in_batches, lambda n, x, b: predict(n, x, b, finish=lambda s: s.log_softmax(1)), "not log_softmax"),
    (check.predict_in_batches, lambda n, x, b: predict(n, x, b, finish=lambda s: s.argmax(1)), "classes came out"),
    (check.predict_in_batches, lambda n, x, b: predict(n, x[: len(x) // b * b or len(x)], b), "smaller batch"),
    (check.predict_in_batches, lambda n, x, b: predict(n, x[:b], b), "only the first batch"),
    (check.predict_in_batches, lambda n, x, b: predict(n, x, b, restore=False), "left in evaluation mode"),
    (check.predict_in_batches, lambda n, x, b: predict(n, x, b, whole=True), "10 rows at once"),
    (check.predict_in_batches, with_a_graph, "a graph hangs"),
    (check.predict_in_batches, lambda n, x, b: predict(n, x, b, mode=n.training), "two different results"),
    (check.predict_in_batches, lambda n, x, b: [predict(n, x, b)], "torch.cat joins"),
    (check.save_atomically, lambda state, path: torch.save(state, path), "write beside it"),
    (check.save_atomically, lambda state, path: save(state, path, clean=False), "lying about"),
    (check.save_atomically, remove_first, "removed before"),
    (check.save_atomically, lambda state, path: save(state, path, name=".part"), "a name of its own"),
    (check.save_atomically, lambda state, path: save(state, path, name=".tmp"), "unfinished model.pt.tmp was removed"),
    (check.save_atomically, lambda state, path: torch.save(state, f"{path}.new"), "os.replace"),
    (check.save_atomically, lambda state, path: save({**state, "w": 0 * state["w"]}, path), "does not hold"),
    (check.save_atomically, lambda state, path: path.write_text("weights"), "cannot be loaded"),
]  # fmt: skip


test_wrong_answers_fail_with_the_likely_cause = checking.wrong_answers(WRONG)


@pytest.mark.parametrize("ask", [check.predict_in_batches, check.save_atomically])
def test_nothing_and_nonsense_are_reported(ask, capsys):
    for answer in (None, lambda *given: None, lambda: 1, lambda *given: "text", lambda *given: ..., 3):
        assert not ask(answer)
    assert "not yet" in capsys.readouterr().out


def test_a_check_draws_no_random_numbers():
    before = torch.get_rng_state()
    check.predict_in_batches(predict)
    assert torch.equal(torch.get_rng_state(), before)
