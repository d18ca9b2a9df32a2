"""Answers that never end, that ask for too much memory, or that are stopped by the reader, wherever a check runs."""

import _thread
import signal
import sys
import threading
import time

import pytest
import torch

from d2lutils import check
from d2lutils.check import limits


def for_ever(x):
    while True:
        pass


def for_ever_in_torch(x):
    while True:
        x = x + 1


def for_ever_by_recursion_and_sleep(x):
    time.sleep(0.01)
    return for_ever_by_recursion_and_sleep(x)


def deaf(x):
    while True:
        try:
            x = x * 1.0
        except:  # noqa: E722 (the mistake)
            continue


def deaf_to_exceptions(x):
    while True:
        try:
            x = x * 1.0
        except Exception:
            continue


def tidy(x):
    try:
        while True:
            pass
    finally:
        x = x + 1


def here(function):
    return function()


def in_another_thread(function):
    found = []
    thread = threading.Thread(target=lambda: found.append(function()))
    thread.start()
    thread.join(30)
    assert not thread.is_alive()
    return found[0]


@pytest.fixture(params=["the main thread", "another thread", "a system without alarms"])
def place(request, monkeypatch):
    """Runs a function where checks run: in a notebook on Linux and macOS, in a thread, and as on Windows."""
    if request.param == "a system without alarms":
        monkeypatch.delattr(signal, "setitimer")
    elif request.param == "the main thread" and not hasattr(signal, "setitimer"):
        pytest.skip("this system has no alarms")
    return in_another_thread if request.param == "another thread" else here


@pytest.mark.parametrize("answer", [for_ever, for_ever_in_torch, deaf, deaf_to_exceptions, tidy,
                                    for_ever_by_recursion_and_sleep], ids=lambda answer: answer.__name__)  # fmt: skip
def test_a_loop_that_never_ends_is_ended(answer, place, monkeypatch):
    monkeypatch.setattr(limits, "SECONDS", 0.2)
    running = threading.active_count()
    began = time.monotonic()
    report = place(lambda: check.softmax(answer))
    assert report.wrong == "no answer within 0.2 s: does a loop never end?" and not report.cause
    assert time.monotonic() - began < 10
    assert threading.active_count() == running, "the loop goes on behind the reader's back"


def test_twenty_seconds_are_given():
    assert limits.SECONDS == 20


def test_a_right_answer_is_accepted_everywhere(place):
    assert place(lambda: check.softmax(lambda x: x.softmax(-1)))
    assert place(lambda: check.group_norm(torch.nn.functional.group_norm))


def test_the_session_is_left_as_it_was_wherever_the_check_runs(place):
    def off(x):
        torch.set_grad_enabled(False)
        torch.set_default_dtype(torch.float64)
        return x.softmax(-1)

    assert "it changed" in place(lambda: check.softmax(off)).wrong
    assert torch.is_grad_enabled() and torch.get_default_dtype() == torch.float32


def test_what_python_cannot_interrupt_is_not_waited_for(monkeypatch):
    monkeypatch.delattr(signal, "setitimer", raising=False)
    monkeypatch.setattr(limits, "SECONDS", 0.1)
    monkeypatch.setattr(limits, "_GRACE", 0.2)
    release = threading.Event()
    report = check.softmax(lambda x: release.wait(5))
    release.set()
    assert report.wrong == "no answer within 0.1 s, and it goes on: restart the kernel"


def test_a_sleep_is_ended_by_the_alarm(monkeypatch):
    if not hasattr(signal, "setitimer"):
        pytest.skip("this system has no alarms")
    monkeypatch.setattr(limits, "SECONDS", 0.1)
    assert "no answer within" in check.softmax(lambda x: time.sleep(60)).wrong


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no alarms")
def test_somebody_elses_alarm_still_rings(monkeypatch):
    rung = []
    handler = signal.signal(signal.SIGALRM, lambda *_: rung.append(True))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        assert check.softmax(lambda x: x.softmax(-1))
        end = time.monotonic() + 5
        while not rung and time.monotonic() < end:
            time.sleep(0.01)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
    assert rung


def test_ctrl_c_is_the_readers(place):
    def interrupted(x):
        raise KeyboardInterrupt

    def run():
        try:
            check.softmax(interrupted)
        except KeyboardInterrupt:
            return "interrupted"

    assert place(run) == "interrupted"
    assert torch.is_grad_enabled()


@pytest.mark.parametrize("alarms", [True, False])
def test_ctrl_c_ends_an_endless_answer_at_once(alarms, monkeypatch):
    if not alarms:
        monkeypatch.delattr(signal, "setitimer", raising=False)
    running = threading.active_count()
    timer = threading.Timer(0.3, _thread.interrupt_main)
    timer.start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        check.softmax(for_ever)
    assert time.monotonic() - began < 10
    timer.join()
    assert threading.active_count() == running


def test_leaving_is_an_answer(place):
    assert place(lambda: check.softmax(lambda x: sys.exit(2))).wrong.startswith("it raised SystemExit: 2")


# --- memory ---------------------------------------------------------------------------------------------------------


def grows(x):
    kept = []
    while True:
        kept.append(torch.ones(2**22))


def doubles(x):
    while True:
        x = torch.cat([x, x])


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux limits the memory of a process")
@pytest.mark.parametrize("answer", [grows, doubles, lambda x: [0.0] * 10**12, lambda x: torch.zeros(10**12)])
def test_an_answer_that_asks_for_all_memory_is_refused(answer, place, monkeypatch):
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    monkeypatch.setattr(limits, "BYTES", 2**29)
    report = place(lambda: check.softmax(answer))
    assert report.cause == "it asks for far more memory than the answer needs", report.text
    assert resource.getrlimit(resource.RLIMIT_AS) == before


@pytest.mark.parametrize("shape", [(10**9, 10**9), (10**5, 10**6)])
def test_a_result_of_absurd_size_is_refused_by_its_shape(shape):
    report = check.softmax(lambda x: x.reshape(-1)[:1].expand(shape))
    assert "expected shape (5, 6)" in report.wrong and str(shape) in report.wrong
