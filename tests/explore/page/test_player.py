"""The player in a real browser with the network off: keyboard, readout, chart, themes, phone, no JavaScript."""

import math
import re

import pytest
from matplotlib.figure import Figure

import d2lutils as d2l
from d2lutils.explore import Axis, Frames, Sweep

pytestmark = pytest.mark.browser

EVIL = "</script><script>document.title = 'run'</script><img src=x onerror=\"document.title = 'run'\"> & <b>bold</b>"


def train(lr, dropout, plot=False):
    history = d2l.History(seed=0)
    for epoch in range(1, 11):
        if lr >= 3 and epoch > 2:
            raise d2l.Diverged("the train loss became inf", history, epoch, 1)
        loss = (2 * math.exp(-lr * epoch) + 0.1 * dropout) if lr < 3 else 10.0 ** (3 * epoch)
        accuracy = 0.9 - 0.3 * math.exp(-epoch * lr)
        row = {"epoch": epoch, "train loss": loss, "test loss": loss + 0.2, "test accuracy": accuracy}
        history.add("epochs", row)
    return history


def far(power, plot=False):
    history = d2l.History(seed=0)
    for epoch in range(1, 4):
        history.add("epochs", {"epoch": epoch, "train loss": 6.46 * 10.0 ** (power * epoch)})
    return history


def wandering(lr, seed, plot=False):
    history = d2l.History(seed=seed)
    for epoch in range(1, 6):
        if lr == 3 and seed == 2 and epoch == 4:
            raise d2l.Diverged("the train loss became inf", history, epoch, 1)
        history.add("epochs", {"epoch": epoch, "train loss": 1 / epoch + lr + 0.1 * seed * epoch})
    return history


def tangent(x):
    figure = Figure(figsize=(4, 2.5))
    axes = figure.subplots()
    axes.plot([-2, 2], [x * x + 2 * x * (t - x) for t in (-2, 2)], color=d2l.COLORS[1])
    axes.set(xlim=(-2, 2), ylim=(-1, 4), title=f"at {x:g}")
    return figure


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Pages with players on them: {"one", "two", "evil", "frames"} -> URL; and the sweep behind the first two."""
    folder = tmp_path_factory.mktemp("pages")
    rates = Axis("lr", [0.01, 0.1, 1.0, 3.0], "learning rate", log=True, start=0.1)
    axes = [rates, Axis("dropout", [0.0, 0.2, 0.5], start=0.0)]
    curves = {"loss": ["train loss", "test loss"], "accuracy": ["test accuracy"]}
    sweep = Sweep("rates", train, axes, curves=curves, title="Two sliders")
    log = Sweep("log", train, axes, curves=["train loss"], yscale="log", title="On a log scale")
    far_off = Sweep("far", far, [Axis("power", [-40, -23, -6, 0, 6, 23, 40])], curves=["train loss"], yscale="log")
    evil_axes = [Axis("lr", [0.1, 1.0], EVIL), Axis("dropout", [0.0])]
    evil = Sweep("evil", train, evil_axes, curves=curves, title=EVIL, xlabel=EVIL)
    seeds = Sweep("seeds", wandering, [Axis("lr", [1.0, 2.0, 3.0])], curves=["train loss"], seeds=3, title="Seeds")
    frames = Frames("tangent", tangent, [Axis("x", [-1.0, 0.0, 1.0])], title="A tangent",
                    alt=lambda x: f"The slope is {2 * x:g}.")  # fmt: skip
    for recorded in (sweep, log, far_off, evil, seeds, frames):
        recorded.folder = folder
        recorded.record(progress=False)
    html = {
        "one": sweep.show().html,
        "two": sweep.show().html + log.show().html + sweep.show().html,
        "evil": evil.show().html,
        "seeds": seeds.show().html,
        "far": far_off.show().html,
        "frames": frames.show().html + frames.show().html,
    }
    urls = {}
    for name, body in html.items():
        page = folder / f"{name}.html"
        page.write_text(
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>players</title>'
            '<meta name="viewport" content="width=device-width,initial-scale=1"></head>'
            f"<body><main><h1>Players</h1>{body}</main></body></html>",
            encoding="utf-8",
        )
        urls[name] = page.as_uri()
    return urls, sweep, seeds


@pytest.fixture
def visit(browser, pages):
    """Open a page offline; afterwards there must have been no error and no request but for the page."""
    contexts, troubles = [], []

    def open_page(name, **options):
        context = browser.new_context(offline=True, **{"viewport": {"width": 900, "height": 800}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.on("request", lambda r: troubles.append(r.url) if r.url.startswith(("http", "ws")) else None)
        page.goto(pages[0][name])
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not troubles


def heights(panel, curve):
    """The heights in pixels of the points of a curve, and where the ends of the y axis are: (ys, top, bottom)."""
    d = panel.locator(f"path.c{curve}.front").get_attribute("d")
    height = float(panel.locator("svg[role=img]").get_attribute("viewBox").split()[3])
    return [float(y) for y in re.findall(r"[ML][-\d.]+ ([-\d.]+)", d)], 10.0, height - 40


def expected(sweep, settings):
    run = sweep.load()["runs"][sweep.position(settings)]
    return run, f"{sweep.words(settings)}: {sweep.ending(run)}."


def test_the_keyboard_moves_every_slider_through_all_its_values(visit, pages):
    page, sweep = visit("one"), pages[1]
    chart = sweep.chart(sweep.load()["runs"])
    settings = dict(sweep.start)
    sliders = page.get_by_role("slider")
    assert sliders.count() == 2
    for k, axis in enumerate(sweep.axes):
        slider = page.get_by_role("slider", name=axis.label, exact=True)
        slider.focus()
        page.keyboard.press("Home")
        for i, value in enumerate(axis.values):
            settings[axis.name] = value
            run, words = expected(sweep, settings)
            assert page.locator(".d2l-readout").inner_text() == words
            assert slider.get_attribute("aria-valuetext") == axis.text(value) and slider.input_value() == str(i)
            assert page.locator(".d2l-sliders output").nth(k).inner_text() == axis.text(value)
            for p, panel in enumerate(chart.panels):
                for c, curve in enumerate(panel.curves):
                    ys, top, bottom = heights(page.locator(".d2l-panel").nth(p), c)
                    shares = [(y - panel.low) / (panel.high - panel.low) for y in run["y"][curve.index]]
                    want = [top + (bottom - top) * (1 - min(max(s, -3), 4)) for s in shares]
                    assert ys == pytest.approx(want, abs=0.11)
            page.keyboard.press("ArrowRight")
        assert slider.input_value() == str(len(axis.values) - 1), "the end of a slider is its end"
        page.keyboard.press("Home")
        settings[axis.name] = axis.values[0]


def test_numbers_of_any_size_are_read_out(visit):
    page = visit("far")
    page.get_by_role("slider", name="power").focus()
    page.keyboard.press("Home")
    for power in ("⁻¹²⁰", "⁻⁶⁹", "⁻¹⁸", "", "¹⁸", "⁶⁹", "¹²⁰"):
        words = page.locator(".d2l-readout").inner_text()
        assert words.endswith(f"train loss ends at 6.46×10{power}." if power else "train loss ends at 6.46."), words
        assert "NaN" not in page.locator(".d2l-panel").inner_html()
        page.keyboard.press("ArrowRight")


def test_a_diverged_run_is_shown_as_diverged(visit):
    page = visit("one")
    page.get_by_role("slider", name="learning rate").focus()
    page.keyboard.press("End")
    readout = page.locator(".d2l-readout")
    said = "learning rate 3, dropout 0: diverged in epoch 3, train loss at 1×10⁶, test loss at 1×10⁶"
    assert readout.inner_text().startswith(said)
    assert "bad" in readout.get_attribute("class")
    assert page.locator(".d2l-panel text.bad").all_text_contents() == ["✕ diverged in epoch 3"] * 2
    panel = page.locator(".d2l-panel").first
    assert panel.locator(".marks text:not(.bad)").all_text_contents() == ["↑ 1×10⁶"] * 2, "it leaves the frame"
    page.keyboard.press("Home")
    assert page.locator(".d2l-panel text.bad").count() == 0 and "bad" not in readout.get_attribute("class")


def test_several_seeds_show_their_spread(visit, pages):
    page, sweep = visit("seeds"), pages[2]
    slider, front = page.get_by_role("slider").first, page.locator(".d2l-panel path.c0")
    for i, value in enumerate(sweep.axes[0].values):
        slider.press("ArrowRight") if i else slider.press("Home")
        run, words = expected(sweep, {"lr": value})
        assert page.locator(".d2l-readout").inner_text() == words
        band = front.and_(page.locator(".band")).get_attribute("d")
        assert len(re.findall("[ML]", band)) == 2 * len(run["x"]) and band.endswith("Z")
        assert page.locator(".d2l-panel path.front").first.evaluate("p => getComputedStyle(p).fill") == "none"
    assert "the median of 3 seeds" in page.locator(".d2l-player").inner_text()
    assert page.locator(".d2l-panel path.band").first.evaluate("p => getComputedStyle(p).fill") != "none"


def test_the_axes_do_not_jump(visit):
    page = visit("one")
    ticks = page.locator(".d2l-panel svg > text")
    where = "all => all.map(t => [t.textContent, t.getAttribute('x'), t.getAttribute('y')])"
    before = ticks.evaluate_all(where)
    for key in ("Home", "ArrowRight", "End"):
        page.get_by_role("slider").first.press(key)
        assert ticks.evaluate_all(where) == before


def test_two_players_of_the_same_sweep_do_not_mix(visit):
    page = visit("two")
    readouts = page.locator(".d2l-readout")
    assert readouts.count() == 3
    before = readouts.all_inner_texts()
    page.locator(".d2l-player").nth(2).get_by_role("slider").first.press("Home")
    after = readouts.all_inner_texts()
    assert after[:2] == before[:2] and after[2] != before[2] and "learning rate 0.01" in after[2]
    clips = page.locator("clipPath").evaluate_all("all => all.map(c => c.id)")
    assert len(set(clips)) == len(clips)


def test_the_run_before_stays_faint_and_one_can_be_held(visit):
    page = visit("one")
    ghosts = page.locator(".d2l-panel").first.locator("path.c0.ghost")
    front = page.locator(".d2l-panel").first.locator("path.c0.front")
    first = front.get_attribute("d")
    assert not any(g.get_attribute("d") for g in ghosts.all())
    slider = page.get_by_role("slider").first
    slider.press("ArrowRight")
    assert ghosts.first.get_attribute("d") == first
    button = page.get_by_role("button", name="Hold this run to compare")
    button.focus()
    page.keyboard.press("Enter")
    held, words = front.get_attribute("d"), page.locator(".d2l-readout").inner_text()
    assert button.get_attribute("aria-pressed") == "true" and page.locator(".d2l-held").inner_text().endswith(words)
    slider.press("Home")
    slider.press("End")
    assert ghosts.first.get_attribute("d") == held
    button.click()
    assert page.locator(".d2l-held").inner_text() == "" and button.get_attribute("aria-pressed") == "false"


def test_the_mouse_reads_values_off_the_curves(visit, pages):
    page, sweep = visit("one"), pages[1]
    run, _ = expected(sweep, sweep.start)
    box = page.locator(".d2l-panel svg[role=img]").first.bounding_box()
    marks = page.locator(".d2l-panel").first.locator(".marks text")
    end = marks.all_text_contents()
    page.mouse.move(box["x"] + 40, box["y"] + 100)
    assert page.locator(".d2l-panel .hair").count() == 2
    assert sorted(marks.all_text_contents()) == sorted(f"{y[0]:.3g}" for y in run["y"][:2])
    page.mouse.move(5, 5)
    assert marks.all_text_contents() == end


def test_an_answer_takes_less_than_a_twentieth_of_a_second(visit):
    page = visit("two")
    took = page.get_by_role("slider").first.evaluate("""input => {
        const times = [];
        for (let i = 0; i < 40; i++) {
            const began = performance.now();
            input.value = i % 4;
            input.dispatchEvent(new Event("input"));
            input.getBoundingClientRect();
            times.push(performance.now() - began);
        }
        return times.sort((a, b) => a - b)[36];
    }""")
    assert took < 50


def test_text_is_shown_and_never_run(visit):
    page = visit("evil")
    assert page.title() == "players"
    assert page.locator(".d2l-title").inner_text() == EVIL
    assert page.locator(".d2l-sliders label span").first.inner_text() == EVIL
    assert page.locator(".d2l-player img, .d2l-player b:has-text('bold')").count() == 0
    assert page.get_by_role("slider").first.get_attribute("aria-label") == EVIL
    page.get_by_role("slider").first.press("End")
    assert EVIL in page.locator(".d2l-readout").inner_text() and page.title() == "players"


def test_without_javascript_there_is_a_picture_and_a_sentence(visit, pages):
    page, sweep = visit("one", java_script_enabled=False), pages[1]
    _, words = expected(sweep, sweep.start)
    image = page.locator(".d2l-player img")
    assert image.get_attribute("alt") == words and words in page.locator(".d2l-player p").inner_text()
    box = image.bounding_box()
    assert box["width"] > 600 and box["height"] > 200
    assert page.get_by_role("slider").count() == 0, "a slider that does nothing would be worse than none"


def test_the_still_picture_is_a_picture(visit, pages):
    page = visit("one")
    source = re.search(r'src="(data:image/svg[^"]+)"', pages[1].show().html)[1]
    size = page.evaluate("""source => new Promise((good, bad) => {
        const image = new Image();
        image.onload = () => good([image.naturalWidth, image.naturalHeight]);
        image.onerror = () => bad("no picture");
        image.src = source;
    })""", source)  # fmt: skip
    assert size == [640, 250]


def test_frames_change_and_say_what_they_show(visit):
    page = visit("frames")
    player = page.locator(".d2l-player").first
    seen = set()
    for key, x in (("Home", -1), ("ArrowRight", 0), ("ArrowRight", 1)):
        player.get_by_role("slider", name="x").press(key)
        picture = player.locator(".d2l-frame svg[role=img]")
        words = f"x {str(x).replace('-', '−')}: The slope is {2 * x:g}."
        assert player.locator(".d2l-readout").inner_text() == words == picture.get_attribute("aria-label")
        assert picture.locator("text", has_text=f"at {x}").count() == 1
        seen.add(picture.inner_html())
    assert len(seen) == 3 and page.locator(".d2l-frame").nth(1).inner_html() not in seen


@pytest.mark.parametrize("name", ["two", "seeds", "frames"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible(visit, name, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = visit(name, color_scheme=scheme)
    if scheme == "dark":
        page.add_style_tag(content="body { background: #121417; color: #eee }")
    page.get_by_role("slider").first.press("End")
    page.get_by_role("button").first.click() if page.get_by_role("button").count() else None
    found = axe.Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []


def test_the_theme_of_the_page_wins_over_the_system(visit):
    page = visit("one", color_scheme="light")
    paper = "getComputedStyle(document.querySelector('.d2l-player')).backgroundColor"
    line = "getComputedStyle(document.querySelector('path.c0.front')).stroke"
    light = page.evaluate(paper), page.evaluate(line)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    dark = page.evaluate(paper), page.evaluate(line)
    assert light == ("rgb(255, 255, 255)", "rgb(0, 114, 178)") and dark == ("rgb(26, 29, 33)", "rgb(86, 180, 233)")
    page.evaluate("delete document.documentElement.dataset.theme; document.body.dataset.jpThemeLight = 'false'")
    assert page.evaluate(paper) == dark[0]
    other = visit("one", color_scheme="dark")
    assert other.evaluate(paper) == dark[0]
    other.evaluate("document.documentElement.dataset.theme = 'light'")
    assert other.evaluate(paper) == light[0]


@pytest.mark.parametrize("name", ["two", "evil", "seeds", "frames"])
def test_it_fits_a_phone(visit, name):
    page = visit(name, viewport={"width": 360, "height": 740}, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for slider in page.get_by_role("slider").all():
        box = slider.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 360 and box["height"] >= 24 and box["width"] > 200
    widths = page.locator(".d2l-panel svg[role=img]").evaluate_all("all => all.map(s => s.viewBox.baseVal.width)")
    assert all(250 < width <= 330 for width in widths), "drawn in the pixels there are, so that text stays legible"


def test_it_is_laid_out_again_when_the_page_changes_its_width(visit):
    page = visit("one")
    box = page.locator(".d2l-panel svg[role=img]").first
    wide = box.get_attribute("viewBox")
    page.set_viewport_size({"width": 420, "height": 800})
    drawn = "document.querySelector('.d2l-panel svg[role=img]').getAttribute('viewBox')"
    page.wait_for_function(f"old => {drawn} != old", arg=wide)
    assert page.locator("path.c0.front").first.get_attribute("d").startswith("M")


def test_arrow_keys_stay_with_the_slider_in_jupyterlab(visit):
    page = visit("one")
    assert page.locator("input[data-lm-suppress-shortcuts='true']").count() == page.get_by_role("slider").count()
