"""The sliders of the rendered pages show what was recorded, at every position, and answer within a second of loading.

What a slider must show is read from the recorded sweeps beside the chapters, not from the page.
"""

import json
import math
import re

import pytest
from helpers.rendered import PLAYED

from d2lutils.explore import number
from tools import notebooks

pytestmark = pytest.mark.browser

def recorded(name: str) -> dict:
    """The recorded sweep that a player of this name plays."""
    found = [path for source in notebooks.sources() for path in source.parent.glob(f"sweeps/{name}.json")]
    assert found, f"no recorded sweep {name}"
    return json.loads(found[0].read_text(encoding="utf-8"))


def run_at(data: dict, at: list[int]) -> dict:
    return next(run for run in data["runs"] if run["at"] == at)


def expected_words(data: dict, run: dict) -> list[str]:
    """What the readout must say of a run, in the words and numbers of the recording."""
    if data["kind"] == "frames":
        return [run["alt"]]
    if run["diverged"]:
        return ["diverged", str(run["diverged"]["epoch"])]
    ends = [(name, y[-1]) for name, y in zip(data["curves"], run["y"]) if y and y[-1] is not None]
    return [text for name, end in ends for text in (name, number(end))]


def drawn_curves(player) -> list[list[list[float]]]:
    """The heights in pixels of every point, curve by curve, panel by panel."""
    panels = player.locator(".d2l-panel").evaluate_all(
        "all => all.map(p => [...p.querySelectorAll('path.front')].map(path => path.getAttribute('d') || ''))")
    point = re.compile(r"[ML]-?[\d.]+ (-?[\d.]+)")
    return [[[float(y) for y in point.findall(path)] for path in paths] for paths in panels]


def check_panel(seen: list[tuple[list[float], list[float]]]) -> None:
    """The curves of one panel, as (recorded values, pixels), lie where the values say: pixels are a straight line, or a
    logarithm, of values. Over all positions of the sliders together, for the axis must not move with them."""
    for scale in (float, lambda value: math.log(value) if value > 0 else math.nan):
        pairs = [([n for n in map(scale, values) if not math.isnan(n)], pixels) for values, pixels in seen]
        if all(len(values) == len(pixels) for values, pixels in pairs):
            values, pixels = ([n for pair in pairs for n in pair[k]] for k in (0, 1))
            if straight(values, pixels):
                return
    raise AssertionError(f"the curves are drawn and were recorded at other places: {seen}")


def straight(values: list[float], pixels: list[float]) -> bool:
    """Whether pixels fall in a straight line with values, as far as they lie in the chart and not far outside it."""
    inside = [pair for pair in zip(values, pixels) if -100 < pair[1] < 300]
    values, pixels = [value for value, _ in inside], [pixel for _, pixel in inside]
    if len(values) < 2:
        return True
    low, high = min(range(len(values)), key=values.__getitem__), max(range(len(values)), key=values.__getitem__)
    if values[low] == values[high]:
        return max(pixels) - min(pixels) < 0.5
    slope = (pixels[high] - pixels[low]) / (values[high] - values[low])
    return slope < 0 and all(abs(pixels[low] + slope * (value - values[low]) - pixel) < 0.5
                             for value, pixel in zip(values, pixels))


@pytest.mark.parametrize("name", PLAYED)
def test_every_slider_shows_what_was_recorded(visit, name):
    seen = visit(name)
    seen.unfold()
    players = seen.page.locator("figure.d2l-player[data-name]")
    assert players.count(), f"no player on {name}"
    for index in range(players.count()):
        player = players.nth(index)
        data = recorded(player.get_attribute("data-name"))
        inputs = player.locator("input[type=range]")
        assert inputs.count() == len(data["axes"])
        at = [int(inputs.nth(k).input_value()) for k in range(inputs.count())]
        assert at in [run["at"] for run in data["runs"]]
        readout, drawing = player.locator(".d2l-readout"), player.locator(".d2l-charts, .d2l-frame")
        drawn: dict[int, list] = {}
        for k, axis in enumerate(data["axes"]):
            assert inputs.nth(k).get_attribute("aria-label")
            inputs.nth(k).focus()
            seen.page.keyboard.press("Home")
            seen_words, seen_drawings = set(), set()
            for position in range(len(axis["values"])):
                if position:
                    seen.page.keyboard.press("ArrowRight")
                at[k] = position
                run = run_at(data, at)
                words = readout.inner_text()
                for text in expected_words(data, run):
                    assert text in words, (axis["name"], axis["values"][position])
                if data["kind"] == "sweep" and not run["diverged"]:
                    columns = iter(run["y"])
                    for panel, curves in enumerate(drawn_curves(player)):
                        for pixels in curves:
                            plain = [value for value in next(columns) if value is not None]
                            drawn.setdefault(panel, []).append((plain, pixels))
                    assert next(columns, None) is None
                seen_words.add(words)
                seen_drawings.add(drawing.inner_html())
            different = {json.dumps([run_at(data, [*at[:k], p, *at[k + 1:]]).get(key) for key in ("y", "frame", "alt")])
                         for p in range(len(axis["values"]))}
            assert len(seen_drawings) >= len(different) and len(seen_words) == len(axis["values"])
            at[k] = len(axis["values"]) // 2
            seen.page.keyboard.press("Home")
            for _ in range(at[k]):
                seen.page.keyboard.press("ArrowRight")
        for curves in drawn.values():
            check_panel(curves)
    assert not seen.troubles


ANSWER = """
addEventListener("load", () => {
  const loaded = performance.now();
  const move = () => {
    const slider = document.querySelector("figure.d2l-player input"), words = document.querySelector(".d2l-readout");
    if (!slider || !words) return requestAnimationFrame(move);
    const before = words.textContent;
    slider.value = slider.value === "0" ? slider.max : "0";
    slider.dispatchEvent(new Event("input"));
    const look = () => words.textContent === before ? requestAnimationFrame(look)
      : (window.answered = (performance.now() - loaded) / 1000);
    requestAnimationFrame(look);
  };
  move();
});
"""


@pytest.mark.parametrize("name", PLAYED)
def test_the_first_slider_answers_within_a_second(browser, address, name):
    """Measured inside the page, from its load to the frame after the answer: the test's own way there costs more."""
    times = []
    for _ in range(2):  # the better of two: other work on the machine is not the page's fault
        context = browser.new_context()
        page = context.new_page()
        page.add_init_script(ANSWER)
        page.goto(address + name)
        page.wait_for_function("window.answered")
        times.append(page.evaluate("window.answered"))
        context.close()
    assert min(times) < 1, times
