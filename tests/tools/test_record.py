"""Recording a chapter: executed when something its outputs come from has changed, translated when the text has, and
never written over somebody's changes."""

import io
import json
import os
import time

import numpy
import pytest
from PIL import Image

from d2lutils.explore import asset
from tools import notebooks, record, recording
from tools.recording import Need, Stamp, chapter, data, pictures, stamp
from tools.recording.execution import Refused
from tools.recording.players import refresh
from tools.translate import Problem

SOURCE = """---
jupytext:
  text_representation:
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# Two numbers

```{code-cell} ipython3
def later():
    import d2lutils as d2l

    return d2l.by_device(cpu=1, accelerator=1)


print(42)
name = "some_sweep"
```
"""


@pytest.fixture
def source(tmp_path):
    """A chapter whose notebook is in step and holds an output that no run would give, 41 for 42."""
    path = tmp_path / "01_part" / "01_numbers.md"
    path.parent.mkdir()
    path.write_text(SOURCE, encoding="utf-8")
    written = notebooks.read_source(path)
    notebooks.code_cells(written)[0].outputs = [notebooks.nbformat.v4.new_output("stream", text="41\n")]
    notebook = chapter.made(path, written)
    Stamp.of(notebook, path.parent).write(notebook)
    notebooks.write_notebook(notebook, path.with_suffix(".ipynb"))
    return path


def outputs(source) -> list[str]:
    cells = notebooks.read_notebook(source.with_suffix(".ipynb")).cells
    return ["".join(output.text) for cell in cells for output in cell.get("outputs", [])]


def test_what_is_in_step_is_left_alone(source):
    before = source.with_suffix(".ipynb").stat().st_mtime_ns
    assert record.one(source) == "in step" and source.with_suffix(".ipynb").stat().st_mtime_ns == before
    assert record.one(source, everything=True) and outputs(source) == ["42\n"]
    source.with_suffix(".ipynb").unlink()
    assert recording.need(source) == (Need.EXECUTION, "the notebook is missing")
    assert recording.record(source, execution=True)[0] > 0 and outputs(source) == ["42\n"]


def test_a_change_of_prose_keeps_the_outputs(source):
    source.write_text(SOURCE.replace("Two numbers", "Their product"), encoding="utf-8")
    assert recording.need(source)[0] is Need.TRANSLATION
    assert "outputs kept" in record.one(source) and outputs(source) == ["41\n"]
    assert "# 1.1 Their product" in source.with_suffix(".ipynb").read_text(encoding="utf-8")
    assert recording.need(source) == (Need.NOTHING, "")


def test_another_chapter_or_a_work_that_is_referred_to_is_text_too(source):
    source.write_text(SOURCE.replace("numbers\n", "numbers\n\nSee {ref}`b` and {cite}`a`.\n"), encoding="utf-8")
    other, works = source.with_name("02_other.md"), source.parents[1] / "references.bib"
    for title, year in (("One", 2001), ("Another", 2001), ("Another", 2002)):
        other.write_text(f"(b)=\n# {title}\n", encoding="utf-8")
        works.write_text(f"@misc{{a, author = {{Ann One}}, title = {{T}}, year = {{{year}}}}}", encoding="utf-8")
        assert recording.need(source)[0] is Need.TRANSLATION
        record.one(source)
        text = source.with_suffix(".ipynb").read_text(encoding="utf-8")
        assert f"[1.2 {title}](02_other.ipynb) and [One, {year}]" in text and outputs(source) == ["41\n"]


@pytest.mark.parametrize("change", [("print(42)", "print(43)"), ("def later", ":tags: [hide-output]\n\ndef later")])
def test_a_change_of_code_runs_the_chapter(source, change):
    source.write_text(SOURCE.replace(*change), encoding="utf-8")
    assert recording.need(source) == (Need.EXECUTION, "the source's code cells have changed")
    record.one(source)
    assert outputs(source) == ["43\n" if "43" in change[1] else "42\n"]


def test_a_change_in_package_code_that_it_reaches_runs_the_chapter(source, monkeypatch):
    monkeypatch.setattr(stamp, "notebook_hash", lambda cells: "another" if "d2l.by_device" in cells[0] else "")
    assert recording.need(source) == (Need.EXECUTION, "the package code that it reaches has changed")
    record.one(source)
    assert outputs(source) == ["42\n"] and recording.need(source)[0] is Need.NOTHING


def test_a_recorded_sweep_that_it_names_counts_and_no_other(source):
    sweeps = source.parent / "sweeps"
    sweeps.mkdir()
    (sweeps / "nobodys.json").write_text("{}", encoding="utf-8")
    assert recording.need(source)[0] is Need.NOTHING
    (sweeps / "some_sweep.json").write_text("{}", encoding="utf-8")
    assert recording.need(source) == (Need.EXECUTION, "recorded sweeps that it shows have changed")


@pytest.mark.parametrize("change", ["text", "code", "output", "metadata", "cell", "stamp"])
def test_a_notebook_changed_by_hand_is_never_overwritten_without_a_word(source, change, capsys):
    target = source.with_suffix(".ipynb")
    notebook = json.loads(target.read_text(encoding="utf-8"))
    _, title, code = notebook["cells"]
    if change == "text":
        title["source"] += ["\n", "My note."]
    elif change == "code":
        code["source"] += ["\n", "# mine"]
    elif change == "output":
        code["outputs"][0]["text"] = ["43\n"]
    elif change == "metadata":
        code["metadata"]["tags"] = ["mine"]
    elif change == "cell":
        notebook["cells"].append(title | {"id": "mine"})
    else:
        del notebook["metadata"]["d2l"]
    target.write_text(json.dumps(notebook), encoding="utf-8")
    kept = target.read_text(encoding="utf-8")
    for text in (SOURCE, SOURCE.replace("Two", "Three")):
        source.write_text(text, encoding="utf-8")
        assert record.main([str(source)]) == 1 and record.main([str(source), "--all"]) == 1
        assert "--force" in capsys.readouterr().err and target.read_text(encoding="utf-8") == kept
    assert record.main([str(source), "--force"]) == 0 and outputs(source) == ["42\n"]


def test_a_notebook_that_was_only_opened_and_saved_is_in_step(source):
    target = source.with_suffix(".ipynb")
    notebook = json.loads(target.read_text(encoding="utf-8"))
    notebook["metadata"]["language_info"]["version"] = "3.99.0"
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"]).splitlines(keepends=True)
    target.write_text(json.dumps(notebook), encoding="utf-8")
    assert record.one(source) == "in step"


def test_what_cannot_be_translated_is_refused_before_anything_runs(source, monkeypatch, capsys):
    monkeypatch.setattr(chapter, "execute", lambda path: pytest.fail("it ran"))
    source.write_text(SOURCE.replace("numbers", "{sorcery}`numbers`").replace("42", "43"), encoding="utf-8")
    kept = source.with_suffix(".ipynb").read_text(encoding="utf-8")
    with pytest.raises(Problem, match="line 11: .*sorcery"):
        recording.record(source, execution=True)
    assert record.main([str(source)]) == 1 and "line 11" in capsys.readouterr().err
    assert source.with_suffix(".ipynb").read_text(encoding="utf-8") == kept


@pytest.mark.parametrize(("code", "words"), [("object()", "address"), ("import sys; sys.prefix", "path of this"),
                                             ("1 / 0", "ZeroDivisionError"), ("print(600_000 * 'x\\n')", "kB")])
def test_outputs_that_no_notebook_may_hold(source, code, words):
    source.write_text(SOURCE.replace('name = "some_sweep"', code), encoding="utf-8")
    with pytest.raises(Refused, match=words):
        record.one(source)
    assert outputs(source) == ["41\n"]


def test_a_new_script_of_the_player_is_laid_in_without_running(source):
    for name in ("script", "style"):
        notebook = notebooks.read_notebook(source.with_suffix(".ipynb"))
        figure = ('<figure class="d2l-player" data-name="x"><style>OLD</style><img alt="a b c d" src="data:,">'
                  '<script type="application/json">{"n": 1}</script><script>OLD</script></figure>\n')
        html = notebooks.nbformat.v4.new_output("display_data", {"text/html": f"<p>{name}</p>{figure}"})
        notebooks.code_cells(notebook)[0].outputs = [html]
        Stamp.of(notebook, source.parent).write(notebook)
        notebooks.write_notebook(notebook, source.with_suffix(".ipynb"))
        assert recording.need(source) == (Need.TRANSLATION, "its text or its players have changed")
        assert "outputs kept" in record.one(source) and recording.need(source)[0] is Need.NOTHING
        stored = notebooks.code_cells(notebooks.read_notebook(source.with_suffix(".ipynb")))[0].outputs[0]
        assert stored.data["text/html"] == f"<p>{name}</p>" + figure.replace("<style>OLD", "<style>" + asset(
            "player.css")).replace("<script>OLD", "<script>" + asset("player.js"))


def test_a_player_of_today_is_not_touched():
    for path in notebooks.sources():
        notebook = notebooks.read_notebook(path.with_suffix(".ipynb"))
        before = json.dumps(notebook)
        refresh(notebook)
        assert json.dumps(notebook) == before


def test_recording_costs_at_most_a_second_more_than_executing(source):
    """Measured on the book's longest chapter, whose outputs are laid in instead of computed."""
    longest = max(notebooks.sources(), key=lambda path: path.stat().st_size)
    written = notebooks.with_outputs(longest)
    begin = time.process_time()
    chapter.made(longest, written)
    Stamp.of(written, longest.parent)
    assert time.process_time() - begin < 1 + len(notebooks.sources()) * 0.06  # the index of all chapters, read once


# --- the data that a chapter is recorded on -------------------------------------------------------------------------

FASHION = "from d2lutils.data.files import catalog, store\n\nstore.obtain(catalog.FASHION_MNIST, 'drawings')\nprint(42)"
LOADS = SOURCE.replace("print(42)", FASHION).replace("    import d2lutils as d2l\n", "    d2l = None\n")


@pytest.fixture
def real(tmp_path, monkeypatch):
    """real() lets the next recordings find Fashion-MNIST in the folder that D2L_DATA names; before it there is none."""
    monkeypatch.setenv("D2L_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("D2L_DATA", raising=False)

    def found():
        if "D2L_TESTS_REAL_DATA" not in os.environ:
            pytest.skip("needs the real data: D2L_DATA")
        monkeypatch.setenv("D2L_DATA", os.environ["D2L_TESTS_REAL_DATA"])

    return found


def test_without_the_real_data_a_chapter_is_refused_as_soon_as_it_asks_for_them(source, real):
    source.write_text(LOADS.replace("print(42)", "print(42)\n```\n\n```{code-cell} ipython3\nopen('ran', 'w')"))
    with pytest.raises(Refused, match=r"Fashion-MNIST is not there \(drawings instead\).*README.*D2L_DATA.*`rec"):
        record.one(source)
    assert outputs(source) == ["41\n"] and not (source.parent / "ran").exists()


def test_a_chapter_that_needs_no_data_is_recorded_without(source, real):
    assert "kB" in record.one(source, everything=True)
    assert Stamp.read(notebooks.read_notebook(source.with_suffix(".ipynb"))).data == {}


def test_stand_ins_are_an_option_and_the_top_of_the_notebook_says_so(source, real):
    source.write_text(LOADS.replace("kernelspec:", "recorded-on: stand-ins\nkernelspec:"))
    assert "kB" in record.one(source)
    notebook = notebooks.read_notebook(source.with_suffix(".ipynb"))
    assert Stamp.read(notebook).data == {"Fashion-MNIST": "drawings"}
    line = "*Recorded on stand-ins: drawings for Fashion-MNIST.*"
    assert notebooks.markdown(notebook).startswith(f"# 1.1 Two numbers\n\n{line}")
    assert recording.need(source) == (Need.NOTHING, "")
    source.write_text(LOADS)
    assert recording.need(source)[0] is Need.EXECUTION, "the front matter asks for the real data now"


@pytest.mark.real_data
def test_the_notebook_says_that_real_data_made_it(source, real):
    real()
    source.write_text(LOADS)
    assert "kB" in record.one(source)
    notebook = notebooks.read_notebook(source.with_suffix(".ipynb"))
    assert notebook.metadata["d2l"]["data"] == {"Fashion-MNIST": "the published files"}
    assert "stand-ins" not in str(notebook.cells)
    assert [cell.execution_count for cell in notebooks.code_cells(notebook)] == [1] and outputs(source) == ["42\n"]
    assert recording.need(source) == (Need.NOTHING, "")


@pytest.mark.real_data
def test_stand_ins_are_taken_though_the_real_data_are_there(source, real):
    real()
    source.write_text(LOADS.replace("kernelspec:", "recorded-on: stand-ins\nkernelspec:"))
    record.one(source)
    assert Stamp.read(notebooks.read_notebook(source.with_suffix(".ipynb"))).data == {"Fashion-MNIST": "drawings"}


def test_what_is_no_stand_in():
    used = {"MNIST": "the published files", "patches": "photographs of a package", "Fashion-MNIST": "drawings"}
    assert data.stand_ins(used) == {"Fashion-MNIST": "drawings"}


def test_another_word_than_stand_ins_is_refused(source):
    source.write_text(SOURCE.replace("kernelspec:", "recorded-on: drawings\nkernelspec:"))
    with pytest.raises(ValueError, match="recorded-on is 'drawings' and can only be `stand-ins`"):
        data.on_stand_ins(source)


@pytest.mark.parametrize(("mode", "packed"), [("L", "L"), ("RGB", "RGB"), ("P", "P"), ("RGBA", "RGBA")])
def test_pictures_are_packed_without_changing_a_pixel(mode, packed):
    """Grey, many colours, few colours and a picture one can look through; as matplotlib writes them, RGBA."""
    draw = numpy.random.default_rng(0).integers(0, 256, (40, 40, 4), dtype=numpy.uint8)
    draw[..., 3] = 255 if mode != "RGBA" else draw[..., 3]
    if mode == "L":
        draw[..., 1] = draw[..., 2] = draw[..., 0]
    if mode == "P":
        draw[..., :3] = draw[..., :3] // 128 * 127
    before = io.BytesIO()
    Image.fromarray(draw).save(before, "PNG")
    after = Image.open(io.BytesIO(pictures._packed(before.getvalue())))
    assert after.mode == packed and (numpy.asarray(after.convert("RGBA")) == draw).all()
