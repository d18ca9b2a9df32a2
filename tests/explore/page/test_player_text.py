"""The text of the player: small, the same from run to run, whole without JavaScript, and never run as code."""

import json
import math
import re

import torch
from helpers.toy_sweep import sweep
from hypothesis import given
from hypothesis import strategies as st

import d2lutils as d2l
from d2lutils.explore import Axis
from d2lutils.explore.page.player import script_json


def test_the_player_is_small_and_always_the_same(tmp_path):
    def wide(lr, dropout, smoothing=0.0, plot=False):
        torch.manual_seed(0)
        noise = torch.rand(20, 3)
        history = d2l.History(seed=0)
        for epoch in range(20):
            a, b, c = (noise[epoch] + lr + dropout + smoothing).tolist()
            history.add("epochs", {"epoch": epoch + 1, "train loss": a, "test loss": b, "test accuracy": c})
        return history

    axes = [Axis("lr", [0.001 * 2**i for i in range(9)], "learning rate", log=True), Axis("dropout", [0, 1, 2, 3, 5])]
    curves = {"loss": ["train loss", "test loss"], "accuracy": ["test accuracy"]}
    for more, limit in (([], 30_000), ([Axis("smoothing", [0.0, 0.1, 0.2])], 70_000)):
        made = sweep(tmp_path, train=wide, axes=axes + more, curves=curves)
        made.record(progress=False)
        html = made.show().html
        assert len(html.encode()) < limit and html == made.show().html
        assert " id=" not in html, "two of them may stand on one page"
        assert not re.search(r"https?://(?!www\.w3\.org/)", html), "nothing comes from another host"


def test_the_still_picture_and_its_sentence_show_the_default_setting(tmp_path):
    made = sweep(tmp_path)
    made.record(progress=False)
    shown = made.show()
    loss = 2 * math.exp(-0.5)
    sentence = f"learning rate 0.1, decay 0: train loss ends at {loss:.3g}, test accuracy at {1 - loss / 4:.3g}."
    assert f'<img alt="{sentence}" src="data:image/svg+xml,' in shown.html and f"<p>{sentence}" in shown.html
    assert sentence in shown.text and shown._repr_mimebundle_().keys() == {"text/html", "text/plain"}


def test_text_is_shown_and_never_run(tmp_path):
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)> & \" ' <!--"
    made = sweep(tmp_path, title=evil, xlabel=evil,
                 axes=[Axis("lr", [0.1, 1.0], evil, format=lambda v: f"{evil}{v}")])  # fmt: skip
    made.record(progress=False)
    html = made.show().html
    still, data, _ = html.split("<script")
    assert html.count("</script>") == 2 and still.count("<img") == 1 and "<img src=x" not in still
    assert "<!" not in html and json.loads(data[data.index(">") + 1 :].removesuffix("</script>"))["n"] == evil


@given(st.text())
def test_json_cannot_end_its_script(text):
    inside = script_json({"t": text + "</script>" + text, "u": "<!--" + text})
    assert "</" not in inside and "<!" not in inside
    assert json.loads(inside) == {"t": text + "</script>" + text, "u": "<!--" + text}
