"""The pad: what the page computes is what PyTorch computes; it is used by mouse, touch and keys, offline."""

import re

import pytest
import torch
from torch import nn
from torch.nn import functional as F

import d2lutils as d2l
from d2lutils.explore import Pad, pad_script

HEAD = '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>pad</title>'


def digits(count=40):
    x, y = d2l.load_data_mnist(count, test_size=count)[1].tensors
    return x / 255, y


def other():
    """A network of other layers than LeNet's defaults."""
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, stride=2, padding=1, bias=False), nn.Sigmoid(), nn.AvgPool2d(2), nn.Conv2d(4, 5, 2),
        nn.Tanh(), nn.MaxPool2d(3), nn.Flatten(), nn.Dropout(), nn.Linear(20, 10),
    )  # fmt: skip


@pytest.fixture(scope="module")
def pads(tmp_path_factory):
    """Pages with a pad each: name -> (URL, network)."""
    folder, found = tmp_path_factory.mktemp("pads"), {}
    x, y = digits()
    torch.manual_seed(0)
    nets = {"lenet": d2l.LeNet(activation=nn.ReLU, pool=nn.MaxPool2d), "tanh": d2l.LeNet(), "other": other()}
    for name, net in nets.items():
        d2l.fit(net, d2l.load_array((x, y), 10), epochs=40, loss=nn.CrossEntropyLoss(), plot=False, device="cpu",
                optimizer=lambda p: torch.optim.Adam(p, 0.01))  # fmt: skip
        html = Pad(net, x[:10], y[:10], title="A <b>pad</b>").show().html
        page = folder / f"{name}.html"
        body = f"<body><main><h1>Pad</h1>{html}</main></body>"
        page.write_text(f'<!doctype html><html lang="en"><head>{HEAD}</head>{body}</html>', encoding="utf-8")
        found[name] = page.as_uri(), net.eval()
    return found


@pytest.fixture
def visit(browser, pads):
    """Open a page offline; afterwards there must have been no error and no request but for the page."""
    contexts, troubles = [], []

    def open_page(name="lenet", **options):
        context = browser.new_context(offline=True, **{"viewport": {"width": 900, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.on("request", lambda r: troubles.append(r.url) if r.url.startswith(("http", "ws")) else None)
        page.goto(pads[name][0])
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not troubles


def asked(page, what, pictures):
    call = f"all => all.map(x => Array.from(document.querySelector('.d2l-pad').network.{what}(x)))"
    return torch.tensor(page.evaluate(call, pictures.flatten(1).tolist()))


def in_its_box(picture):
    """As chapter 5.4 has it: the ink scaled to a longer side of 20, its centre of mass at (14, 14)."""
    rows, columns = (picture > 0.2).nonzero().T
    ink = picture[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    size = [max(1, round(side * 20 / max(ink.shape))) for side in ink.shape]
    ink = F.interpolate(ink[None, None], size, mode="bilinear", antialias=True)[0, 0]
    (h, w), total = ink.shape, ink.sum()
    top = 14 - round(((ink.sum(dim=1) @ torch.arange(h).to(ink)) / total).item())
    left = 14 - round(((ink.sum(dim=0) @ torch.arange(w).to(ink)) / total).item())
    return F.pad(ink, (left, 28 - w - left, top, 28 - h - top))


def says(page):
    return page.locator(".d2l-says").inner_text()


@pytest.mark.browser
@pytest.mark.parametrize("name", ["lenet", "tanh", "other"])
def test_the_page_computes_what_pytorch_computes(visit, pads, name):
    x, _ = digits()
    got = asked(visit(name), "answer", x)
    with torch.no_grad():
        want = pads[name][1](x).softmax(1)
    assert (got - want).abs().max() < 0.03, "weights are rounded to 255 steps, no more"
    sure = want.topk(2).values.diff().abs()[:, 0] > 0.06
    assert sure.any() and torch.equal(got.argmax(1)[sure], want.argmax(1)[sure])


@pytest.mark.browser
def test_the_box_is_that_of_the_chapter(visit):
    x, _ = digits()
    x = torch.cat([x, F.pad(F.avg_pool2d(x, 2), (1, 13, 12, 2)), x.roll(3, dims=3)])  # small, in a corner, moved
    got = asked(visit(), "fitted", x).reshape(-1, 28, 28)
    want = torch.stack([in_its_box(picture) for picture in x[:, 0].double()]).float()
    assert (got - want).abs().max() < 1e-4
    assert (asked(visit(), "fitted", torch.zeros(1, 1, 28, 28)) == 0).all()


@pytest.mark.browser
def test_sliders_and_buttons_change_what_the_network_sees(visit):
    page = visit()
    view = "document.querySelectorAll('.d2l-fields canvas')[1].toDataURL()"
    first, seen = page.evaluate(view), set()
    sliders = page.get_by_role("slider")
    assert sliders.count() == 5
    for k in range(5):
        sliders.nth(k).focus()
        for key in ("Home", "ArrowRight", "End"):
            page.keyboard.press(key)
            seen.add(page.evaluate(view))
            assert sliders.nth(k).get_attribute("aria-valuetext")
        page.get_by_role("button", name="Undo the changes").click()
        assert page.evaluate(view) == first
    assert len(seen) == 14, "turned by 180° is turned by −180°"
    page.get_by_role("slider", name="size").press("Home")
    first = page.evaluate(view)
    for name in ("Fit into the box", "Black on white"):
        button = page.get_by_role("button", name=name)
        button.click()
        assert button.get_attribute("aria-pressed") == "true" and page.evaluate(view) != first
        button.click()
        assert page.evaluate(view) == first


@pytest.mark.browser
def test_one_draws_with_the_mouse_and_erases(visit):
    page = visit()
    page.get_by_role("button", name="Clear").click()
    assert says(page).startswith("Nothing is drawn")
    field = page.locator(".d2l-field")
    ink = """[...document.querySelector('.d2l-field').getContext('2d').getImageData(0, 0, 280, 280).data]
        .filter(v => v == 255).length"""
    empty, box = page.evaluate(ink), field.bounding_box()
    page.mouse.move(box["x"] + 140, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 240, steps=4)
    page.mouse.up()
    drawn = page.evaluate(ink)
    assert drawn > empty and says(page).startswith("The network says")
    page.mouse.move(box["x"] + 40, box["y"] + 240)
    assert page.evaluate(ink) == drawn, "it draws only while the button is down"
    page.get_by_role("button", name="Erase").click()
    page.mouse.move(box["x"] + 140, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 140, steps=4)
    page.mouse.up()
    assert empty < page.evaluate(ink) < drawn


@pytest.mark.browser
def test_one_draws_by_keyboard_and_hears_where_and_what(visit):
    page = visit()
    page.get_by_role("button", name="Clear").click()
    field, told = page.locator(".d2l-field"), page.locator(".d2l-told")
    field.focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_timeout(400)
    assert told.inner_text() == "row 14, column 15, paper"
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    page.wait_for_timeout(700)
    assert told.inner_text() == says(page) and says(page).startswith("The network says")
    page.keyboard.press("ArrowUp")
    page.wait_for_timeout(400)
    assert told.inner_text() == "row 15, column 15, ink"
    for _ in range(2):
        page.keyboard.press("Delete")
    page.keyboard.press("ArrowUp")
    page.wait_for_timeout(400)
    assert told.inner_text() == "row 14, column 15, paper"
    assert page.locator("[data-lm-suppress-shortcuts='true']").count() == 1 + 5 + 5 + 10


@pytest.mark.browser
def test_real_digits_are_a_start(visit, pads):
    page, (x, y) = visit(), digits(10)
    with torch.no_grad():
        want = pads["lenet"][1](x).argmax(1).tolist()
    buttons = page.get_by_role("button", name=re.compile("start from a real"))
    assert buttons.count() == 10
    for k in range(10):
        assert buttons.nth(k).get_attribute("aria-label") == f"start from a real {y[k]}"
        buttons.nth(k).click()
        assert says(page).startswith(f"The network says {want[k]} ")
    bars = page.locator(".d2l-bars li")
    assert bars.count() == 10 and page.locator(".d2l-bars li.first b").inner_text() == str(want[9])


@pytest.mark.browser
def test_it_fits_a_phone_and_a_finger_draws(visit):
    page = visit(viewport={"width": 360, "height": 740}, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for control in [*page.get_by_role("slider").all(), *page.get_by_role("button").all()]:
        box = control.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 360 and box["height"] >= 24
    before = page.locator(".d2l-field").evaluate("c => c.toDataURL()")
    box = page.locator(".d2l-field").bounding_box()
    page.touchscreen.tap(box["x"] + 10, box["y"] + 10)
    assert page.locator(".d2l-field").evaluate("c => c.toDataURL()") != before


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible(visit, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = visit(color_scheme=scheme)
    if scheme == "dark":
        page.add_style_tag(content="body { background: #121417; color: #eee }")
    found = axe.Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []


@pytest.mark.browser
def test_without_javascript_there_is_a_picture_and_a_sentence(visit):
    page = visit(java_script_enabled=False)
    image = page.locator(".d2l-pad img")
    assert image.get_attribute("alt").startswith("The network says") and image.bounding_box()["width"] > 600
    assert image.get_attribute("alt") in page.locator(".d2l-pad p").inner_text()
    assert page.get_by_role("button").count() == 0


def test_it_is_the_same_from_run_to_run_and_has_no_ids():
    torch.manual_seed(0)
    net, (x, y) = d2l.LeNet(), digits(10)
    one, two = (Pad(net, x, y).show() for _ in range(2))
    assert one.html == two.html and " id=" not in one.html and "A field to draw on" in repr(one)
    assert len(one.html) < 150_000
    assert "d2l-player" not in one.html and pad_script() in one.html


def test_a_title_is_shown_and_never_run():
    x, y = digits(2)
    html = Pad(d2l.LeNet(), x, y, title="</script><b>x</b>", classes=["</script>", *"123456789"]).show().html
    assert "<b>x</b>" not in html and html.count("</script>") == 2


@pytest.mark.parametrize(("change", "error", "says"), [
    ({"net": nn.Linear(784, 10)}, TypeError, "net must be an nn.Sequential"),
    ({"net": nn.Sequential(nn.Conv2d(1, 2, 3, groups=1, dilation=2), nn.Flatten(), nn.Linear(1152, 10))}, ValueError,
     "cannot compute: Conv2d"),
    ({"net": nn.Sequential(nn.MaxPool2d(3, stride=2), nn.Flatten(), nn.Linear(169, 10))}, ValueError, "MaxPool2d"),
    ({"net": nn.Sequential(nn.Flatten(), nn.GELU(), nn.Linear(784, 10))}, ValueError, "GELU"),
    ({"digits": torch.rand(2, 28, 28)}, ValueError, "digits must be pictures"),
    ({"digits": 255 * torch.ones(2, 1, 28, 28)}, ValueError, "between 0 and 1"),
    ({"labels": [1]}, ValueError, "labels must be one class"),
    ({"labels": [1, 10]}, ValueError, "labels must be one class"),
    ({"classes": ["a"]}, ValueError, "classes must be 10 names"),
])  # fmt: skip
def test_bad_arguments_are_named(change, error, says):
    given = {"net": d2l.LeNet(), "digits": torch.rand(2, 1, 28, 28), "labels": [1, 2]} | change
    with pytest.raises(error, match=says):
        Pad(**given)
