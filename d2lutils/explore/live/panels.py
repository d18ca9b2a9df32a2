"""The live panel: ipywidgets sliders, Run and Stop, and the curves as they grow over the recorded ones.

Training runs in a thread of its own, so that the notebook can hear the Stop button; the thread follows the run as an
observer, draws at most four times a second, and ends the run by raising StopTraining. Only widgets and traits that
ipywidgets 7 and 8 share are used.
"""

import threading
import time
import traceback
from html import escape

from d2lutils.explore.live.controls import control
from d2lutils.explore.page.drawings import svg
from d2lutils.explore.page.numbers import number
from d2lutils.explore.page.player import asset, notice
from d2lutils.explore.record.recording import Recorded, SweepError
from d2lutils.training import StopTraining

SECONDS_BETWEEN_DRAWINGS = 0.25
PATIENCE = 1.5  # seconds between Stop and a word about a function that does not stop
RUNS_KEPT, RUNS_DRAWN = 5, 2
STYLE = """.d2l-live.d2l-player{margin:2px 0;padding:0;border:0;background:none;max-width:820px}
.d2l-live p:not(.d2l-readout){font-size:13px;color:var(--soft)}
.d2l-live pre{white-space:pre-wrap;font-size:12px}.d2l-live summary{cursor:pointer}
.d2l-live table{border-collapse:collapse;margin:10px 0;font-size:13px;font-variant-numeric:tabular-nums}
.d2l-live caption{text-align:left;font-weight:600;padding:2px 0}.d2l-live th{font-weight:500;color:var(--soft)}
.d2l-live th,.d2l-live td{padding:3px 14px 3px 0;border-bottom:1px solid var(--line);text-align:right}
.jupyter-widgets-disconnected .d2l-live .d2l-readout::after{display:block;font-weight:600;content:"The kernel behind \
this panel has ended, and its run with it. Run the notebook again to here; what was recorded still plays."}"""


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
        self._thread: threading.Thread | None = None
        self._following: _Follower | None = None
        self._stop, self._lock = threading.Event(), threading.Lock()
        self.run_button = widgets.Button(description="Run", button_style="primary", tooltip="Train with these settings")
        self.stop_button = widgets.Button(description="Stop", disabled=True, tooltip="End this run and keep its curve")
        self.progress = widgets.FloatProgress(min=0.0, max=1.0, value=0.0)
        self.run_button.on_click(lambda _: self.run())
        self.stop_button.on_click(lambda _: self.stop())
        buttons = [widgets.HBox([self.run_button, self.stop_button, self.progress])] if self._trains else []
        heading = f"<b>{escape(recorded.title)}</b>" if recorded.title else ""
        style = widgets.HTML(f"<style>{asset('player.css')}{STYLE}</style>{heading}")
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
        return self._thread is not None and self._thread.is_alive()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end of a run, at most so long. Whether none is running."""
        if self._thread is not None:
            self._thread.join(seconds)
        return not self.running

    def run(self) -> None:
        """Train with the settings of the sliders, in a thread. Nothing happens while a run is going on."""
        with self._lock:
            if self.running:
                return
            self._stop.clear()
            self.run_button.disabled, self.stop_button.disabled = True, False
            self.progress.value, self.progress.bar_style = 0.0, ""
            self._following = _Follower(self, self.settings)
            self._thread = threading.Thread(target=self._train, args=(self._following,), daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Ask the run to end. It does at its next look at the observer, within a quarter of a second in `fit`."""
        if not self.running:
            return
        self._stop.set()
        self.stop_button.disabled = True
        self._say(self._following.settings, "stopping …")
        timer = threading.Timer(PATIENCE, self._still_going, [self._thread])
        timer.daemon = True
        timer.start()

    def _still_going(self, thread: threading.Thread) -> None:
        if not thread.is_alive():
            return
        follower, name = self._following, self.recorded.function.__name__
        if follower.looked:
            what = f"{name}() is in a step that takes long; it stops when that is done."
        else:
            what = (
                f"{name}() never looks whether to stop. It has to hand its argument on, d2l.fit(…, plot=plot), or call "
                "plot.update(history, done) in its own loop. This run goes on until it returns."
            )
        self._say(follower.settings, what, bad=True)

    def _train(self, follower: "_Follower") -> None:
        settings = follower.settings
        self._say(settings, "running …")
        self._draw(None)
        run, note = None, ""
        try:
            history, run = self.recorded.run(settings, plot=follower)
            note = self.recorded.where(run) or ("stopped" if getattr(history, "stopped", False) else "")
        except (StopTraining, KeyboardInterrupt) as end:
            run = follower.latest
            note = "stopped" if isinstance(end, StopTraining) else "interrupted"
        except SweepError as error:
            note = self._failed(settings, str(error))
        except Exception as error:
            call = f"{self.recorded.function.__name__}() raised {type(error).__name__}: {error}"
            note = self._failed(settings, call, "".join(traceback.format_exception(error)))
        finally:
            self.run_button.disabled, self.stop_button.disabled = False, True
        if run is None:
            if note in ("stopped", "interrupted"):
                self._say(settings, f"{note} before there was anything to see")
            return
        self.progress.value = 1.0 if not note else self.progress.value
        self.progress.bar_style = "danger" if run["diverged"] else "warning" if note else "success"
        self.runs = [{"settings": settings, "run": run, "note": note}, *self.runs][:RUNS_KEPT]
        self._draw(run, earlier=self.runs[1:])
        words = [note] if run["diverged"] else [*filter(None, [note]), self.recorded.ending(run)]
        self._say(settings, f"{', '.join(words)} ({follower.seconds:.1f} s).", bad=bool(run["diverged"]))
        self._tabulate()

    def _failed(self, settings: dict, message: str, details: str = "") -> str:
        self.progress.bar_style = "danger"
        self._say(settings, message, bad=True, details=details)
        return "failed"

    def _moved(self, change=None) -> None:
        """A slider was moved: show what is recorded there, or draw."""
        if not self._trains:
            return self._redraw()
        if not self.running:
            last = self.runs[0]["run"] if self.runs else None
            self._draw(last, earlier=self.runs[1:])
            if not self.runs and change is None:
                problem = f" {self.recording_problem}" if self.recording_problem else ""
                self._say(None, f"Set the sliders and press Run.{problem}")

    def _redraw(self) -> None:
        """Frames: call the drawing function and show its figure, or say in words why it failed."""
        settings, began = self.settings, time.perf_counter()
        try:
            drawing = self.recorded.draw(settings, svg)
            self.picture.value = f'<div class="d2l-player d2l-live"><div class="d2l-frame">{drawing}</div></div>'
            self._say(settings, self.recorded.alt_of(settings))
        except SweepError as error:
            self._say(settings, str(error), bad=True)
        except Exception as error:
            message = f"{self.recorded.function.__name__}() raised {type(error).__name__}: {error}"
            self._say(settings, message, bad=True, details="".join(traceback.format_exception(error)))
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
            faint.append(f"the recorded run ({self.recorded.words(at)})")
        if len(ghosts) > len(faint):
            faint.append("your runs before")
        empty = {"x": [], "y": [[] for _ in self.recorded.curves], "diverged": None}
        chart = self.recorded.chart(everything or [empty])
        note = self.recorded.where(run) if run else ""
        drawing = chart.svg(run or empty, ghosts, note, width=720, alt=self.recorded.words(settings))
        caption = f"<p>Faint: {escape(' and '.join(faint))}.</p>" if faint else ""
        self.picture.value = f'<div class="d2l-player d2l-live"><div class="d2l-panel">{drawing}</div>{caption}</div>'

    def _say(self, settings: dict | None, message: str, bad: bool = False, details: str = "") -> None:
        words = f"{self.recorded.words(settings)}: " if settings else ""
        more = f"<details><summary>Where it happened</summary><pre>{escape(details)}</pre></details>" if details else ""
        kind = "d2l-readout bad" if bad else "d2l-readout"
        text = f'<p class="{kind}" role="status">{escape(words + message)}</p>{more}'
        self.status.value = f'<div class="d2l-player d2l-live">{text}</div>'

    def _tabulate(self) -> None:
        """The last runs side by side: settings, and how each curve ended."""
        axes, curves = self.recorded.axes, self.recorded.curves
        head = "".join(f"<th scope='col'>{escape(text)}</th>" for text in [*(a.label for a in axes), *curves, ""])
        rows = []
        for entry in self.runs:
            ends = [number(y[-1]) if y and y[-1] is not None else "–" for y in entry["run"]["y"]]
            cells = [*(a.text(entry["settings"][a.name]) for a in axes), *ends, entry["note"]]
            rows.append("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in cells) + "</tr>")
        table = f"<table><caption>Your last runs, the newest first</caption><tr>{head}</tr>{''.join(rows)}</table>"
        self.table.value = f'<div class="d2l-player d2l-live">{table}</div>'

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.widget)

    def __repr__(self) -> str:
        return f"<live panel of {self.recorded.kind} {self.recorded.name}>"


class _Follower:
    """The observer of one run: draws, measures the time, and raises StopTraining once Stop was pressed."""

    def __init__(self, panel: Panel, settings: dict):
        self.panel, self.settings, self.latest, self.looked = panel, settings, None, False
        self.began, self._next = time.perf_counter(), 0.0

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.began

    def update(self, history, done: float) -> None:
        self.looked = True
        stop = self.panel._stop.is_set()
        if stop or time.perf_counter() >= self._next:
            self.latest = self.panel.recorded.read(history)
        if stop:
            raise StopTraining
        if time.perf_counter() >= self._next:
            self.panel.progress.value = min(max(float(done), 0.0), 1.0)
            left = f", about {self.seconds * (1 - done) / done:.0f} s left" if done > 0.02 else ""
            self.panel._say(self.settings, f"running for {self.seconds:.0f} s{left}")
            self.panel._draw(self.latest, earlier=self.panel.runs)
            self._next = time.perf_counter() + SECONDS_BETWEEN_DRAWINGS

    def close(self, history) -> None:
        pass
