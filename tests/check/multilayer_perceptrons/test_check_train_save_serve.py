"""Answers to the exercises of the chapter on saving and serving a model."""

import contextlib
import copy
import io
import os
import shutil
import tempfile
import uuid
from pathlib import Path

import pytest
import torch
from helpers import checking

from d2lutils import check

# --- right ---------------------------------------------------------------------------------------------------------


def predict(net, x, batch_size, mode=False, finish=lambda scores: scores.softmax(dim=1), restore=True, whole=False):
    was_training = net.training
    net.train(mode)
    with torch.no_grad():
        parts = [net(part) for part in x.split(len(x) if whole else batch_size)]
    if restore:
        net.train(was_training)
    return finish(torch.cat(parts))


def with_a_copy(net, x, batch_size):
    net = copy.deepcopy(net).eval()
    with torch.inference_mode():
        return torch.cat([net(x[i : i + batch_size]).softmax(-1) for i in range(0, len(x), batch_size)])


@torch.no_grad()
def into_a_table(net, x, batch_size):
    modes = {module: module.training for module in net.modules()}
    net.eval()
    out = None
    for i in range(0, len(x), batch_size):
        part = torch.softmax(net(x[i : i + batch_size]), dim=1)
        out = part.new_empty(len(x), part.shape[1]) if out is None else out
        out[i : i + batch_size] = part
    for module, mode in modes.items():
        module.training = mode
    return out


def by_loader(net, x, batch_size):
    was_training = net.training
    try:
        net.eval()
        loader = torch.utils.data.DataLoader(x, batch_size=batch_size)
        return torch.vstack([torch.exp(net(part).detach().log_softmax(1)) for part in loader])
    finally:
        net.train(was_training)


def save(state, path, clean=True, name=None):
    path = Path(path)
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


def by_pathlib(state, path):
    part = Path(path).with_name(f"{uuid.uuid4()}.tmp")
    try:
        with part.open("xb") as file:
            torch.save(state, file)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def from_memory(state, path):
    buffer = io.BytesIO()
    torch.save(state, buffer)
    with tempfile.NamedTemporaryFile(dir=os.path.dirname(path), delete=False) as file:
        try:
            file.write(buffer.getvalue())
            file.close()
            os.rename(file.name, path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.remove(file.name)


def in_a_folder_beside(state, path):
    with tempfile.TemporaryDirectory(dir=Path(path).parent) as folder:
        torch.save(state, Path(folder) / "whole")
        shutil.move(Path(folder) / "whole", path)


RIGHT = [
    *((check.predict_in_batches, answer) for answer in (predict, with_a_copy, into_a_table, by_loader)),
    *((check.save_atomically, answer) for answer in (save, by_pathlib, from_memory, in_a_folder_beside)),
]

# --- wrong ---------------------------------------------------------------------------------------------------------


def with_a_graph(net, x, batch_size):
    was_training = net.training
    net.eval()
    out = torch.cat([net(part) for part in x.split(batch_size)])
    net.train(was_training)
    return out.softmax(dim=1)


def gradients_off_for_good(net, x, batch_size):
    torch.set_grad_enabled(False)
    return with_a_graph(net, x, batch_size)


def parameters_frozen(net, x, batch_size):
    net.requires_grad_(False)
    return with_a_graph(net, x, batch_size)


def remove_first(state, path):
    Path(path).unlink(missing_ok=True)
    save(state, path)


def removed_before_the_rename(state, path):
    path = Path(path)
    part = path.with_name(uuid.uuid4().hex)
    try:
        torch.save(state, part)
        path.unlink(missing_ok=True)
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)


def copied(state, path):
    with tempfile.TemporaryDirectory(dir=Path(path).parent) as folder:
        torch.save(state, Path(folder) / "whole")
        shutil.copyfile(Path(folder) / "whole", path)


def from_another_folder(state, path):
    with tempfile.TemporaryDirectory() as folder:
        torch.save(state, Path(folder) / "whole")
        shutil.move(Path(folder) / "whole", path)


def written_at_once(state, path):
    buffer = io.BytesIO()
    torch.save(state, buffer)
    Path(path).write_bytes(buffer.getvalue())


def swallowed(state, path):
    with contextlib.suppress(Exception):
        save(state, path)


def swallowed_entirely(state, path):
    try:
        save(state, path)
    except:  # noqa: E722 (the mistake)
        print("not saved")


def exceptions_only(state, path):
    part = Path(path).with_name(uuid.uuid4().hex)
    try:
        torch.save(state, part)
        os.replace(part, path)
    except Exception:
        part.unlink(missing_ok=True)
        raise


def nothing_after_a_failed_rename(state, path):
    part = Path(path).with_name(uuid.uuid4().hex)
    try:
        torch.save(state, part)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    os.replace(part, path)


def backed_up(state, path):
    """Writes in place, and puts a copy of the old file back if that fails."""
    path = Path(path)
    old = path.read_bytes() if path.exists() else None
    try:
        torch.save(state, path)
    except BaseException:
        path.write_bytes(old)
        raise


def one_name_of_its_own(state, path):
    part = Path(path).with_name("unfinished-by-this-program")
    try:
        torch.save(state, part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


WRONG = [
    (check.predict_in_batches, lambda n, x, b: predict(n, x, b, finish=lambda s: s), "softmax is missing"),
    (check.predict_in_batches, lambda n, x, b: predict(n, x, b, finish=lambda s: s.softmax(0)), "over the classes"),
    (check.predict_in_batches, lambda n, x, b: predict(n, x, b, finish=lambda s: s.log_softmax(1)), "not log_softmax"),
    (check.predict_in_batches, lambda n, x, b: predict(n, x, b, finish=lambda s: s.argmax(1)), "classes came out"),
    (check.predict_in_batches, lambda n, x, b: predict(n, x[: len(x) // b * b or len(x)], b), "expected shape"),
    (check.predict_in_batches, lambda n, x, b: predict(n, x[:b], b), "only the first batch"),
    (check.predict_in_batches, lambda n, x, b: predict(n, x, b, restore=False), "remember net.training before"),
    (check.predict_in_batches, lambda n, x, b: predict(n, x, b, whole=True), "x.split(batch_size)"),
    (check.predict_in_batches, with_a_graph, "no_grad() is missing"),
    (check.predict_in_batches, gradients_off_for_good, "a `with` block ends by itself"),
    (check.predict_in_batches, parameters_frozen, "requires_grad of"),
    (check.predict_in_batches, lambda n, x, b: predict(n, x, b, mode=n.training), "the net was in training mode"),
    (check.predict_in_batches, lambda n, x, b: [predict(n, x, b)], "torch.cat joins"),
    (check.predict_in_batches, lambda n, x, b: predict(n, x, b, finish=lambda s: s.softmax(1).squeeze()),
     "an axis of size 1"),
    (check.save_atomically, lambda state, path: torch.save(state, path), "written over in place"),
    (check.save_atomically, lambda state, path: save(state, path, clean=False), "in a finally"),
    (check.save_atomically, remove_first, "needs no unlink"),
    (check.save_atomically, removed_before_the_rename, "needs no unlink"),
    (check.save_atomically, copied, "written over in place"),
    (check.save_atomically, from_another_folder, "within one file system"),
    (check.save_atomically, written_at_once, "written over in place"),
    (check.save_atomically, backed_up, "written over in place"),
    (check.save_atomically, swallowed, "lets the error through"),
    (check.save_atomically, swallowed_entirely, "lets the error through"),
    (check.save_atomically, exceptions_only, "in a finally"),
    (check.save_atomically, nothing_after_a_failed_rename, "in a finally"),
    (check.save_atomically, one_name_of_its_own, "a name of its own"),
    (check.save_atomically, lambda state, path: save(state, path, name=".part"), "a name of its own"),
    (check.save_atomically, lambda state, path: save(state, path, name=".tmp"), "a name of its own"),
    (check.save_atomically, lambda state, path: torch.save(state, f"{path}.new"), "os.replace"),
    (check.save_atomically, lambda state, path: save({**state, "w": 0 * state["w"]}, path), "does not hold"),
    (check.save_atomically, lambda state, path: Path(path).write_text("weights"), "cannot be loaded"),
    (check.save_atomically, lambda state, path: save(state, path.parent / path.name), "a path that is a str"),
]  # fmt: skip

test_right_answers_pass = checking.right_answers(RIGHT)
test_wrong_answers_fail_with_their_cause = checking.wrong_answers(WRONG)
test_every_check_has_answers = checking.enough(RIGHT, WRONG)
test_spoiled_answers_fail = checking.spoiled_answers(RIGHT[:4], of_tensors=[check.predict_in_batches])


@pytest.mark.parametrize("ask", [check.predict_in_batches, check.save_atomically])
def test_nothing_and_nonsense_are_reported(ask):
    for answer in (None, lambda *given: None, lambda: 1, lambda *given: "text", lambda *given: ..., 3):
        assert not ask(answer)


def test_a_check_draws_no_random_numbers():
    before = torch.get_rng_state()
    check.predict_in_batches(predict)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_save_that_never_ends_is_ended(monkeypatch):
    monkeypatch.setattr("d2lutils.check.limits.SECONDS", 0.1)

    def save(state, path):
        while Path(path).parent.exists():
            pass

    assert "does a loop never end?" in check.save_atomically(save).wrong
