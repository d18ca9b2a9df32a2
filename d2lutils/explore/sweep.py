"""Curves under sliders: one seeded training function, run over a grid once and live as often as the reader likes."""

from d2lutils.explore.page.chart import Chart, Curve, Panel
from d2lutils.explore.page.numbers import number, pack, short
from d2lutils.explore.page.player import svg_image
from d2lutils.explore.page.scales import runs_that_learn
from d2lutils.explore.record.recording import SweepError
from d2lutils.explore.seeds import seeds_of, together
from d2lutils.explore.shown import Shown
from d2lutils.training import Diverged

MOST_POINTS = 60
ENDS_AT, AT, TO, NOTHING = " ends at ", " at ", " to ", "nothing was recorded"


class Sweep(Shown):
    """A training function under sliders.

    name: of the file, sweeps/<name>.json beside the chapter.
    train: (**settings, plot=False) -> History; seeds itself, hands `plot` on to `d2l.fit`, and may raise Diverged.
    axes: Axis objects, or short ("lr", [0.1, 0.3]).
    curves: the columns of the History to show: ["train loss", "test loss"] in one panel, or several panels side by
        side, named {"loss": ["train loss", "test loss"], "accuracy": ["test accuracy"]}.
    columns: "epochs" or "steps", which columns of the History they are. x: the column along the x axis.
    yscale, ylim: of all panels, or {panel: …}. By default the limits hold every recorded run that learns, so that the
        axes stay put while a slider moves; a run beyond leaves the frame and says its value.
    seeds: how many runs to record of each setting, as a number (3 means the seeds 0, 1, 2) or a list; the function is
        then given `seed=` as well. Shown are the median and a band from the lowest to the highest. By default one run,
        whose seed is the function's own affair.
    ends: False to leave out the numbers at the right ends of the curves.

    `sweep.show()` is the player of the recording, `sweep.live()` the panel that trains, `sweep.record()` records.
    """

    kind = "sweep"

    def __init__(self, name, train, axes, *, curves, title=None, x="epoch", columns="epochs", xlabel=None, ylabel=None,
                 yscale="linear", ylim=None, seeds=None, ends=True):  # fmt: skip
        super().__init__(name, train, axes, title)
        if columns not in ("epochs", "steps"):
            raise ValueError(f'columns is "epochs" or "steps", not {columns!r}')
        if not isinstance(curves, dict):
            curves = {ylabel or (curves[0] if len(curves) == 1 else ""): curves}
        self.panels: dict[str, list[str]] = {label: list(names) for label, names in curves.items()}
        self.curves = [name for names in self.panels.values() for name in names]
        if not self.curves or len(set(self.curves)) < len(self.curves):
            raise ValueError(f"sweep {name!r} needs one curve or more, each once; it has {self.curves}")
        self.seeds = seeds_of(seeds)
        self.x, self.columns, self.xlabel, self.ends = x, columns, xlabel or x, ends
        self.yscale, self.ylim = self._by_panel(yscale, "linear"), self._by_panel(ylim, None)

    def _by_panel(self, value, default) -> dict:
        if isinstance(value, dict):
            if unknown := set(value) - set(self.panels):
                raise ValueError(f"no panel {', '.join(sorted(unknown))}: the panels are {', '.join(self.panels)}")
            return {label: value.get(label, default) for label in self.panels}
        return dict.fromkeys(self.panels, value)

    def read(self, history, diverged=None) -> dict:
        """The curves of one run as plain data: {"x": […], "y": [[…], …], "seed": …, "diverged": None or where}."""
        columns = getattr(history, self.columns, None)
        if not isinstance(columns, dict):
            returned = "nothing" if history is None else f"a {type(history).__name__}"
            raise SweepError(f"{self._train()} returned {returned}: it must return the History that d2l.fit gives")
        wanted = [self.x, *self.curves]
        if columns and (missing := [name for name in wanted if name not in columns]):
            raise SweepError(
                f"{self._train()} gave a History without {', '.join(map(repr, missing))} among its {self.columns}: "
                f"it has {', '.join(map(repr, columns))}"
            )
        length = len(columns.get(self.x, []))
        keep = range(length)
        if length > MOST_POINTS:  # evenly, with both ends
            keep = sorted({round(i * (length - 1) / (MOST_POINTS - 1)) for i in range(MOST_POINTS)})
        x, *ys = ([short(columns[name][i]) for i in keep] if columns else [] for name in wanted)
        return {"x": x, "y": ys, "seed": getattr(history, "seed", None), "diverged": diverged}

    def run(self, settings: dict, plot=False, seed=None) -> tuple[object, dict]:
        """Call the training function: (its History, the curves as plain data). A run that diverged is a result.

        seed: for a sweep of several, by default the first of them.
        """
        if self.seeds:
            settings = {**settings, "seed": self.seeds[0] if seed is None else seed}
        try:
            history = self.function(**settings, plot=plot)
        except Diverged as end:
            return end.history, self.read(end.history, {"epoch": end.epoch, "step": end.step})
        where = None
        if message := getattr(history, "diverged", None):
            where = {"epoch": len(history.epochs.get("epoch", [])) + 1, "message": message}
        return history, self.read(history, where)

    def _run(self, settings: dict) -> dict:
        runs = []
        for seed in self.seeds or [None]:
            history, data = self.run(settings, seed=seed)
            if getattr(history, "stopped", False):
                raise KeyboardInterrupt  # a fit that was interrupted returns what it has: not a whole run
            runs.append(data)
        return together(runs) if self.seeds else runs[0]

    def _train(self) -> str:
        return f"{self.function_name}()"

    def _decides(self):
        shown = self.curves, self.x, self.columns
        return (*shown, self.seeds) if self.seeds else shown

    def _fits(self, data) -> bool:
        if data.get("seeds") != self.seeds:
            return False
        same = data["curves"] == self.curves and data["x"] == self.x and data["columns"] == self.columns
        return same and super()._fits(data)

    def _head(self, runs) -> dict:
        used = {run.pop("seed", None) for run in runs}
        seed = {"seeds": self.seeds} if self.seeds else {"seed": used.pop() if len(used) == 1 else None}
        return seed | {"x": self.x, "columns": self.columns, "curves": self.curves}

    def chart(self, runs: list[dict]) -> Chart:
        """The chart that holds all `runs`: panels, limits and ticks."""
        first, panels = 0, []
        start = runs[self.position(self.start)] if len(runs) == len(self.grid) else runs[0]
        logs = [self.yscale[label] == "log" for label, names in self.panels.items() for _ in names]
        learning = runs_that_learn(runs, start, logs)
        edges = [run[edge] for run in learning for edge in ("y", "low", "high") if edge in run]
        for label, names in self.panels.items():
            curves = [Curve(name, first + i) for i, name in enumerate(names)]
            columns = [columns[curve.index] for columns in edges for curve in curves]
            panels.append(Panel.around(label, curves, columns, log=logs[first], lim=self.ylim[label]))
            first += len(names)
        return Chart(panels, [x for run in runs for x in run["x"]], self.xlabel, self.ends)

    def ending(self, run: dict) -> str:
        """How a run ended, in words."""
        ends = []
        for i, (name, y) in enumerate(zip(self.curves, run["y"])):
            last = [k for k, v in enumerate(y) if v is not None]
            if last and (run["diverged"] or last[-1] == len(y) - 1):
                spread = [run[edge][i][last[-1]] for edge in ("low", "high") if edge in run]
                between = f" ({number(spread[0])}{TO}{number(spread[1])})" if spread else ""
                ends.append((name, number(y[last[-1]]) + between))
        if run["diverged"]:
            return ", ".join([self.where(run), *(f"{name}{AT}{v}" for name, v in ends)])
        words = [f"{name}{AT if i else ENDS_AT}{v}" for i, (name, v) in enumerate(ends)] or [NOTHING]
        return ", ".join([*words, *filter(None, [self.remark(run)])])

    def where(self, run: dict) -> str:
        """Where a run diverged, in words; nothing if it did not."""
        if not run["diverged"]:
            return ""
        return f"diverged {'in epoch' if self.xlabel == 'epoch' else f'at {self.xlabel} ='} {run['diverged']['epoch']}"

    def remark(self, run: dict) -> str:
        """What else there is to say of several seeds."""
        lost = run.get("lost", 0)
        return f"{lost} of {len(self.seeds)} seeds diverged" if lost and not run["diverged"] else ""

    @property
    def band(self) -> str:
        """What the lines and the bands of several seeds stand for, in words."""
        return f"Line: the median of {len(self.seeds)} seeds; band: from the lowest to the highest."

    def player_parts(self, data: dict) -> tuple[dict, str, str]:
        """What a page needs: the runs for player.js, the still picture as a data URI, and a sentence on it."""
        runs = data["runs"]
        chart, first = self.chart(runs), runs[self.position(self.start)]
        sentence = f"{self.words(self.start)}: {self.ending(first)}."
        xs: dict[str, int] = {}  # most runs share one x axis
        rows = [
            [xs.setdefault(pack(run["x"]), len(xs)), self.where(run)]
            + [pack(column) for edge in ("y", "low", "high") if edge in run for column in run[edge]]
            for run in runs
        ]
        payload = {
            "p": [[p.label, [c.name for c in p.curves], p.low, p.high, int(p.log), p.ticks] for p in chart.panels],
            "x": [chart.xlabel, chart.low, chart.high, chart.ticks],
            "e": int(self.ends),
            "w": [ENDS_AT, AT, NOTHING, "Hold this run to compare", "Held, shown faint:", TO],
            "X": list(xs),
            "r": rows,
        }
        if self.seeds:
            payload["b"] = self.band
            payload["m"] = [self.remark(run) for run in runs]
            sentence += f" {self.band}"
        return payload, svg_image(chart.svg(first, note=self.where(first))), sentence
