"""Curves under sliders: one seeded training function, run over a grid once and live as often as the reader likes."""

from d2lutils.explore.page.chart import Chart, Curve, Panel
from d2lutils.explore.page.numbers import number, pack, short
from d2lutils.explore.page.player import svg_image
from d2lutils.explore.record.recording import SweepError
from d2lutils.explore.shown import Shown

MOST_POINTS = 60
ENDS_AT, AT, NOTHING = " ends at ", " at ", "nothing was recorded"


class Sweep(Shown):
    """A training function under sliders.

    name: of the file, sweeps/<name>.json beside the chapter.
    train: (**settings, plot=False) -> History; seeds itself, hands `plot` on to `d2l.fit`, and may raise Diverged.
    axes: Axis objects, or short ("lr", [0.1, 0.3]).
    curves: the columns of the History to show: ["train loss", "test loss"] in one panel, or several panels side by
        side, named {"loss": ["train loss", "test loss"], "accuracy": ["test accuracy"]}.
    columns: "epochs" or "steps", which columns of the History they are. x: the column along the x axis.
    yscale, ylim: of all panels, or {panel: …}. By default the limits hold every recorded run that did not diverge, so
        that the axes stay put while a slider moves.
    ends: False to leave out the numbers at the right ends of the curves.

    `sweep.show()` is the player of the recording, `sweep.live()` the panel that trains, `sweep.record()` records.
    """

    kind = "sweep"

    def __init__(self, name, train, axes, *, curves, title=None, x="epoch", columns="epochs", xlabel=None, ylabel=None,
                 yscale="linear", ylim=None, ends=True):  # fmt: skip
        super().__init__(name, train, axes, title)
        if columns not in ("epochs", "steps"):
            raise ValueError(f'columns is "epochs" or "steps", not {columns!r}')
        if not isinstance(curves, dict):
            curves = {ylabel or (curves[0] if len(curves) == 1 else ""): curves}
        self.panels: dict[str, list[str]] = {label: list(names) for label, names in curves.items()}
        self.curves = [name for names in self.panels.values() for name in names]
        if not self.curves or len(set(self.curves)) < len(self.curves):
            raise ValueError(f"sweep {name!r} needs one curve or more, each once; it has {self.curves}")
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

    def run(self, settings: dict, plot=False) -> tuple[object, dict]:
        """Call the training function: (its History, the curves as plain data). A run that diverged is a result."""
        from d2lutils.training import Diverged

        try:
            history = self.function(**settings, plot=plot)
        except Diverged as end:
            return end.history, self.read(end.history, {"epoch": end.epoch, "step": end.step})
        where = None
        if message := getattr(history, "diverged", None):
            where = {"epoch": len(history.epochs.get("epoch", [])) + 1, "message": message}
        return history, self.read(history, where)

    def _run(self, settings: dict) -> dict:
        history, data = self.run(settings)
        if getattr(history, "stopped", False):
            raise KeyboardInterrupt  # a fit that was interrupted returns what it has: not a whole run
        return data

    def _train(self) -> str:
        return f"{self.function.__name__}()"

    def _decides(self):
        return self.curves, self.x, self.columns

    def _fits(self, data) -> bool:
        same = data["curves"] == self.curves and data["x"] == self.x and data["columns"] == self.columns
        return same and super()._fits(data)

    def _head(self, runs) -> dict:
        seeds = {run.pop("seed", None) for run in runs}
        seed = seeds.pop() if len(seeds) == 1 else None
        return {"seed": seed, "x": self.x, "columns": self.columns, "curves": self.curves}

    def chart(self, runs: list[dict]) -> Chart:
        """The chart that holds all `runs`: panels, limits and ticks."""
        first, panels = 0, []
        for label, names in self.panels.items():
            columns = [run["y"][i] for run in runs if not run["diverged"] for i in range(first, first + len(names))]
            if not any(columns):
                columns = [run["y"][i] for run in runs for i in range(first, first + len(names))]
            curves = [Curve(name, first + i) for i, name in enumerate(names)]
            panels.append(Panel.around(label, curves, columns, log=self.yscale[label] == "log", lim=self.ylim[label]))
            first += len(names)
        return Chart(panels, [x for run in runs for x in run["x"]], self.xlabel, self.ends)

    def ending(self, run: dict) -> str:
        """How a run ended, in words."""
        if run["diverged"]:
            return self.where(run)
        ends = [(name, number(y[-1])) for name, y in zip(self.curves, run["y"]) if y and y[-1] is not None]
        return ", ".join(f"{name}{AT if i else ENDS_AT}{v}" for i, (name, v) in enumerate(ends)) or NOTHING

    def where(self, run: dict) -> str:
        """Where a run diverged, in words; nothing if it did not."""
        if not run["diverged"]:
            return ""
        return f"diverged {'in epoch' if self.xlabel == 'epoch' else f'at {self.xlabel} ='} {run['diverged']['epoch']}"

    def player_parts(self, data: dict) -> tuple[dict, str, str]:
        """What a page needs: the runs for player.js, the still picture as a data URI, and a sentence on it."""
        runs = data["runs"]
        chart, first = self.chart(runs), runs[self.position(self.start)]
        sentence = f"{self.words(self.start)}: {self.ending(first)}."
        xs: dict[str, int] = {}  # most runs share one x axis
        rows = [
            [xs.setdefault(pack(run["x"]), len(xs)), self.where(run), *(pack(y) for y in run["y"])] for run in runs
        ]
        payload = {
            "p": [[p.label, [c.name for c in p.curves], p.low, p.high, int(p.log), p.ticks] for p in chart.panels],
            "x": [chart.xlabel, chart.low, chart.high, chart.ticks],
            "e": int(self.ends),
            "w": [ENDS_AT, AT, NOTHING, "Hold this run to compare", "Held, shown faint:"],
            "X": list(xs),
            "r": rows,
        }
        return payload, svg_image(chart.svg(first, note=self.where(first))), sentence
