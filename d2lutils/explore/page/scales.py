"""What the vertical axis of a chart spans, and where its ticks are."""

import math


def runs_that_learn(runs: list[dict], start: dict, logs: list[bool]) -> list[dict]:
    """The runs whose curves end where learning can end; all, if none does.

    A run that diverged does not learn. Nor does one that ends far on the wrong side of where runs begin: by more than
    twice the way that the run `start` goes, at which the sliders stand. The wrong side is the one that `start` leaves.
    logs: for each curve, whether its axis is logarithmic, so that ways are ratios.
    """
    whole = [run for run in runs if not run["diverged"]]
    learning = whole
    for i, log in enumerate(logs):
        starts, way = sorted(_ends(run, i, log)[0] for run in whole if _ends(run, i, log)), _ends(start, i, log)
        if not starts or not way or start["diverged"]:
            continue
        begin, up = starts[len(starts) // 2], way[0] < way[1]
        reach = 2 * max(abs(way[1] - v) for v in (way[0], begin)) or abs(begin) or 1.0

        def is_far(run, i=i, log=log, begin=begin, up=up, reach=reach) -> bool:
            ends = _ends(run, i, log)
            return bool(ends) and (ends[1] < begin - reach if up else ends[1] > begin + reach)

        learning = [run for run in learning if not is_far(run)]
    return learning or whole or runs


def _ends(run: dict, i: int, log: bool) -> tuple[float, float] | None:
    """The first and the last number of a curve, as the axis measures them."""
    values = [v for v in run["y"][i] if v is not None and (v > 0 or not log)]
    return tuple(math.log(v) if log else v for v in (values[0], values[-1])) if values else None


def limits(values: list[float], log: bool) -> tuple[float, float]:
    """The range of sorted `values`, without the few that would flatten all others; with zero when it is near."""
    if not values:
        return (0.1, 1.0) if log else (0.0, 1.0)
    low, high = values[0], values[-1]
    near_low, near_high = values[len(values) * 3 // 100], values[len(values) - 1 - len(values) * 3 // 100]
    if log:
        return (low, high) if high / low > 1.2 else (low / 1.5, high * 1.5)
    spread = near_high - near_low
    if high - near_high > 2 * spread > 0:
        high = near_high + 0.3 * spread
    if near_low - low > 2 * spread > 0:
        low = near_low - 0.3 * spread
    if low == high:
        low, high = low - 0.5 * (abs(low) or 1), high + 0.5 * (abs(high) or 1)
    if 0 < low < 0.4 * high:
        low = 0.0
    return low, high


def linear_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers from `low` to `high`, with the one before and the one after where those are not round."""
    raw = (high - low) / (most - 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [float(f"{i * step:.10g}") for i in range(first, last + 1)]


def log_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Powers of ten around [low, high]; 3 times those, too, or 2 and 5 times, where the range is short."""
    first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    decades = math.log10(high / low)
    if decades <= 2.5:
        fine = [m * 10.0**e for e in range(first, last + 1) for m in ((1, 2, 5) if decades <= 1.4 else (1, 3))]
        begin = max((i for i, t in enumerate(fine) if t <= low * 1.001), default=0)
        end = min((i for i, t in enumerate(fine) if t >= high * 0.999), default=len(fine) - 1)
        return [float(f"{t:.3g}") for t in fine[begin : end + 1]]
    step = -(-(last - first) // (most - 1))
    return [10.0**e for e in range(first, last + step, step)]
