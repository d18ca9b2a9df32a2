"""Several seeds of one setting: which they are, and what their curves have in common."""

from statistics import median

from d2lutils.explore.page.numbers import short


def seeds_of(seeds) -> list[int] | None:
    """The seeds that `3`, `[0, 1, 2]` or None stand for; ValueError for fewer than two, or one twice."""
    if seeds is None:
        return None
    found = list(range(seeds)) if isinstance(seeds, int) else list(seeds)
    if len(found) < 2 or len(set(found)) < len(found) or not all(isinstance(seed, int) for seed in found):
        raise ValueError(f"seeds is a number of at least 2, or as many different whole numbers; it is {seeds!r}")
    return found


def together(runs: list[dict]) -> dict:
    """The runs of one setting as one: {"x", "y": medians, "low", "high", "diverged", "lost": how many diverged}.

    At each x stand the median, the lowest and the highest of the runs that have a number there. The setting counts as
    diverged, where the first of them did, if more than half of its runs did.
    """
    x = max((run["x"] for run in runs), key=len)
    made = {"x": x, "y": [], "low": [], "high": []}
    for curve in zip(*(run["y"] for run in runs)):
        columns = [[y[k] for y in curve if k < len(y) and y[k] is not None] for k in range(len(x))]
        for name, of in (("y", median), ("low", min), ("high", max)):
            made[name].append([short(of(values)) if values else None for values in columns])
    lost = sorted((run["diverged"] for run in runs if run["diverged"]), key=lambda where: where["epoch"])
    return made | {"diverged": lost[0] if 2 * len(lost) > len(runs) else None, "lost": len(lost)}
