"""The live panel: ipywidgets sliders, Run and Stop, and the curves as they grow over the recorded ones.

Training runs in a thread of its own, so that the notebook can hear the Stop button; the thread follows the run as an
observer (follower.py). It takes the process's turn to train, so that a cell's run and the panel's do not take random
numbers from each other. Once a whole run was seen to take under two seconds, the panel trains as a slider moves: a
moment after the last move, and what is still running for an earlier place gives way. Only widgets and traits that
ipywidgets 7 and 8 share are used.
"""

import threading
import time
import traceback
from html import escape

from d2lutils.explore.live.controls import control
from d2lutils.explore.live.follower import Follower
from d2lutils.explore.live.html import message_html, style_html, table_html
from d2lutils.explore.page.drawings import svg
from d2lutils.explore.page.player import notice
from d2lutils.explore.record.recording import Recorded, SweepError
from d2lutils.machine import turn_aside
from d2lutils.training import StopTraining

QUICK = 2.0  # seconds of a run that may be repeated at every move of a slider
PAUSE = 0.2  # seconds without a move before it is
PATIENCE = 1.5  # seconds between Stop and a word about a function that does not stop
RUNS_KEPT, RUNS_DRAWN = 5, 2


def open_panel(recorded: Recorded):
    """The Panel of a Sweep or Frames where one can work, else a note that says what is missing."""
    try:
        import ipywidgets  # noqa: F401
        from IPython import get_ipython
    except ImportError:
        message = "The live panel needs ipywidgets: `pip install ipywidgets`, then restart the kernel."
        return notice(recorded.title, message)
    if not hasattr(get_ipython(), "kernel"):
        return notice(recorded.title, "The live panel works in a notebook: `make lab` opens the book in JupyterLab.")
    return Panel(recorded)


class Panel:
    """Sliders that train (a Sweep) or draw anew (Frames). Display it in a notebook.

    controls: {axis name: widget}. `run()` and `stop()` are what the buttons do, `wait(seconds)` waits for the end of a
    run. `runs` holds the last runs, newest first: {"settings", "run": curves as recorded, "note"}.
    """

    def __init__(self, recorded: Recorded):
        import ipywidgets as widgets

        self.recorded = recorded
        width = f"{1 + 0.55 * max(len(axis.label) for axis in recorded.axes):.1f}em"  # one for all: the sliders line up
        self.controls = {axis.name: control(axis, width) for axis in recorded.axes}
        for widget in self.controls.values():
            widget.observe(self._moved, names="value")
        self.picture, self.status, self.table = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.runs: list[dict] = []
        self.quick = False  # whether runs were seen to be so short that it trains as the sliders move
        self._thread: threading.Thread | None = None
        self._soon: threading.Timer | None = None
        self._following: Follower | None = None
        self._busy = self._again = False
        self._stop, self._lock = threading.Event(), threading.RLock()
        self.run_button = widgets.Button(description="Run", button_style="primary", tooltip="Train with these settings")
        self.stop_button = widgets.Button(description="Stop", disabled=True, tooltip="End this run and keep its curve")
        self.progress = widgets.FloatProgress(min=0.0, max=1.0, value=0.0)
        self.run_button.on_click(lambda _: self.run())
        self.stop_button.on_click(lambda _: self.stop())
        buttons = [widgets.HBox([self.run_button, self.stop_button, self.progress])] if self._trains else []
        heading = f"<b>{escape(recorded.title)}</b>" if recorded.title else ""
        style = widgets.HTML(f"{style_html()}{heading}")
        self.widget = widgets.VBox([style, *self.controls.values(), *buttons, self.picture, self.status, self.table])
        self.recording, self.recording_problem = None, ""
        try:
            self.recording = recorded.load()["runs"] if self._trains else None
        except SweepError as error:
            self.recording_problem = str(error)
        self._moved()

    @property
    def _trains(self) -> bool:
        return self.recorded.kind == "sweep"

    @property
    def settings(self) -> dict:
        """Where the sliders stand."""
        return {name: widget.value for name, widget in self.controls.items()}

    @property
    def running(self) -> bool:
        return self._busy

    @property
    def stopping(self) -> bool:
        """Whether the run that goes on was asked to end."""
        return self._stop.is_set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end of a run, at most so long. Whether none is running."""
        if self._thread is not None:
            self._thread.join(seconds)
        return not self.running

    def run(self) -> None:
        """Train with the settings of the sliders, in a thread. Nothing happens while a run is going on."""
        with self._lock:
            if self._soon is not None:
                self._soon.cancel()
            if self.running:
                return
            self._busy = True
            self.run_button.disabled, self.stop_button.disabled = True, False
            self._prepare()
            self._thread = threading.Thread(target=self._work, daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Ask the run to end. It does at its next look at the observer, within a quarter of a second in `fit`."""
        with self._lock:
            if self._soon is not None:
                self._soon.cancel()
            if not self.running:
                return
            self._again = False
            self._stop.set()
        self.stop_button.disabled = True
        self.say(self._following.settings, "stopping …")
        timer = threading.Timer(PATIENCE, self._still_going, [self._following])
        timer.daemon = True
        timer.start()

    def _prepare(self) -> None:
        self._stop.clear()
        self._again = False
        self.progress.value, self.progress.bar_style = 0.0, ""
        self._following = Follower(self, self.settings)

    def _work(self) -> None:
        """Train, and again as long as the sliders were moved on meanwhile."""
        while True:
            self._train(self._following)
            with self._lock:
                if not self._again:
                    self._busy = False
                    self.run_button.disabled, self.stop_button.disabled = False, True
                    return
                self._prepare()

    def _follow_the_sliders(self) -> None:
        """Some time after the last move: train where the sliders stand now."""
        with self._lock:
            if not self.running:
                self.run()
            elif self._following.settings != self.settings:
                self._again = True
                self._stop.set()

    def _still_going(self, follower: Follower) -> None:
        if not self.running or follower is not self._following:
            return
        name = self.recorded.function_name
        if follower.looked:
            what = f"{name}() is in a step that takes long; it stops when that is done."
        else:
            what = (
                f"{name}() never looks whether to stop. It has to hand its argument on, d2l.fit(…, plot=plot), or call "
                "plot.update(history, done) in its own loop. This run goes on until it returns."
            )
        self.say(follower.settings, what, bad=True)

    def _train(self, follower: Follower) -> None:
        settings = follower.settings
        run, note = None, ""
        try:
            with turn_aside(follower.wait):
                self.say(settings, "running …")
                self._draw(None, earlier=self.runs if self.quick else ())
                follower.begin()
                history, run = self.recorded.run(settings, plot=follower)
            note = self.recorded.where(run) or ("stopped" if getattr(history, "stopped", False) else "")
        except (StopTraining, KeyboardInterrupt) as end:
            run = follower.latest
            note = "stopped" if isinstance(end, StopTraining) else "interrupted"
        except SweepError as error:
            note = self._failed(settings, str(error))
        except Exception as error:
            call = f"{self.recorded.function_name}() raised {type(error).__name__}: {error}"
            note = self._failed(settings, call, "".join(traceback.format_exception(error)))
        if self._again and note == "stopped":
            return
        if run is None:
            if note in ("stopped", "interrupted"):
                self.say(settings, f"{note} before there was anything to see")
            return
        if not note:
            self.quick = follower.seconds < QUICK
            self.progress.value = 1.0
        self.progress.bar_style = "danger" if run["diverged"] else "warning" if note else "success"
        self.runs = [{"settings": settings, "run": run, "note": note}, *self.runs][:RUNS_KEPT]
        self._draw(run, earlier=self.runs[1:])
        words = [*filter(None, [None if run["diverged"] else note]), self.recorded.ending(run)]
        more = " It is quick: move a slider, and it trains." if self.quick else ""
        self.say(settings, f"{', '.join(words)} ({follower.seconds:.1f} s).{more}", bad=bool(run["diverged"]))
        self.table.value = table_html(self.recorded, self.runs)

    def show_progress(self, follower: Follower, done: float) -> None:
        """How far a run is, in [0, 1], with its curves so far."""
        self.progress.value = done
        left = f", about {follower.seconds * (1 - done) / done:.0f} s left" if done > 0.02 else ""
        self.say(follower.settings, f"running for {follower.seconds:.0f} s{left}")
        self._draw(follower.latest, earlier=self.runs)

    def _failed(self, settings: dict, message: str, details: str = "") -> str:
        self.progress.bar_style = "danger"
        self.say(settings, message, bad=True, details=details)
        return "failed"

    def _moved(self, change=None) -> None:
        """A slider was moved: show what is recorded there, or draw."""
        if not self._trains:
            return self._redraw()
        if self.quick and change is not None:
            with self._lock:
                if self._soon is not None:
                    self._soon.cancel()
                self._soon = threading.Timer(PAUSE, self._follow_the_sliders)
                self._soon.daemon = True
                self._soon.start()
        elif not self.running:
            last = self.runs[0]["run"] if self.runs else None
            self._draw(last, earlier=self.runs[1:])
            if not self.runs and change is None:
                problem = f" {self.recording_problem}" if self.recording_problem else ""
                self.say(None, f"Set the sliders and press Run.{problem}")

    def _redraw(self) -> None:
        """Frames: call the drawing function and show its figure, or say in words why it failed."""
        settings, began = self.settings, time.perf_counter()
        try:
            drawing = self.recorded.draw(settings, svg)
            self.picture.value = f'<div class="d2l-player d2l-live"><div class="d2l-frame">{drawing}</div></div>'
            self.say(settings, self.recorded.alt_of(settings))
        except SweepError as error:
            self.say(settings, str(error), bad=True)
        except Exception as error:
            message = f"{self.recorded.function_name}() raised {type(error).__name__}: {error}"
            self.say(settings, message, bad=True, details="".join(traceback.format_exception(error)))
        if time.perf_counter() - began > 0.2:  # too slow to follow the mouse: draw when the slider is let go
            for widget in self.controls.values():
                widget.continuous_update = False

    def _draw(self, run: dict | None, earlier=()) -> None:
        """The curves of `run` over the recorded run nearest to the sliders and over earlier runs, both faint."""
        settings = self._following.settings if self.running else self.settings
        ghosts, faint = [e["run"] for e in earlier[:RUNS_DRAWN]], []
        everything = [*ghosts, *([run] if run else [])]
        if self.recording is not None:
            nearest = self.recording[self.recorded.position(settings)]
            ghosts.append(nearest)
            everything = self.recording
            at = {a.name: a.values[i] for a, i in zip(self.recorded.axes, nearest["at"])}
            what = "the recorded runs and their spread" if self.recorded.seeds else "the recorded run"
            faint.append(f"{what} ({self.recorded.words(at)})")
        if len(ghosts) > len(faint):
            faint.append("your runs before")
        empty = {"x": [], "y": [[] for _ in self.recorded.curves], "diverged": None}
        chart = self.recorded.chart(everything or [empty])
        note = self.recorded.where(run) if run else ""
        drawing = chart.svg(run or empty, ghosts, note, width=720, alt=self.recorded.words(settings))
        caption = f"<p>Faint: {escape(' and '.join(faint))}.</p>" if faint else ""
        self.picture.value = f'<div class="d2l-player d2l-live"><div class="d2l-panel">{drawing}</div>{caption}</div>'

    def say(self, settings: dict | None, message: str, bad: bool = False, details: str = "") -> None:
        """Write a line under the picture, in the name of `settings`."""
        words = f"{self.recorded.words(settings)}: " if settings else ""
        self.status.value = message_html(words + message, bad, details)

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.widget)

    def __repr__(self) -> str:
        return f"<live panel of {self.recorded.kind} {self.recorded.name}>"
