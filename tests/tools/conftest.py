"""What tests of several tools stand on: the tree as a reader gets it, a reader's own copy, a shelf with one chapter."""

import shutil
import subprocess
from pathlib import Path
from textwrap import dedent

import pytest
from helpers.own_copy import Reader, book

from tools import notebooks
from tools.translate import Book, translated

HEAD = """---
jupytext:
  text_representation:
    format_name: myst
kernelspec:
  display_name: Python 3
  name: python3
---

"""
OTHER = """(chap-other)=
# The *other* chapter

$$ b = 2 $$ (eq-other)

(sec-far)=
## Far away

(sec-proof)=
{.second-reading}
## A proof

(sec-lemma)=
### Its lemma

(sec-end)=
## The end
"""
BIB = """@article{one2001, author = {One, Ann}, title = {A}, journal = {J}, year = {2001}, doi = {10.1/a(b)}}
@book{many2002, author = {Many, Bob and More, Cid and Most, Dan}, title = {B}, publisher = {P}, year = {2002}}
@misc{van2003, author = {van der Veer, Eva}, title = {C}, year = {2003}, url = {https://example.org/c}}
"""


def commit_all(folder: Path) -> None:
    """Commits everything in the repository `folder`."""
    who = ["-c", "user.name=author", "-c", "user.email=author@example.org", "-c", "commit.gpgsign=false"]
    for command in (["add", "-A"], ["commit", "-q", "-m", "a version"]):
        subprocess.run(["git", *who, *command], cwd=folder, check=True)


@pytest.fixture(scope="session")
def repository(tmp_path_factory) -> Path:
    """A repository with one commit that holds this tree: what is committed here, and what is not yet."""
    done = subprocess.run(["git", "ls-files", "-coz", "--exclude-standard"], cwd=notebooks.ROOT, capture_output=True,
                          text=True)
    if done.returncode:
        pytest.skip("not a git checkout")
    folder = tmp_path_factory.mktemp("repository") / "book"
    for name in filter(None, done.stdout.split("\0")):
        if (notebooks.ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(notebooks.ROOT / name, folder / name)
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    commit_all(folder)
    return folder


@pytest.fixture
def commit():
    """commit(folder) commits everything in that repository, as an author."""
    return commit_all


@pytest.fixture
def reader(tmp_path) -> Reader:
    """A reader who has the first version of the book."""
    one = Reader(tmp_path / "work")
    assert one.update(book("first")) == ["new: start.ipynb, 02_linear/02_softmax.ipynb and 1 file that notebooks read"]
    return one


@pytest.fixture
def shelf(tmp_path):
    """shelf(text): the notebook of chapter 2.1 with this text; chapter 1.2, a bibliography and a glossary stand by."""
    (tmp_path / "references.bib").write_text(BIB, encoding="utf-8")
    (tmp_path / "glossary.md").write_text(":::{glossary}\nloss\n  What it costs.\n:::\n", encoding="utf-8")
    other, source = tmp_path / "01_first" / "02_other.md", tmp_path / "02_second" / "01_this.md"
    for path in (other, source):
        path.parent.mkdir()
    other.write_text(HEAD + OTHER, encoding="utf-8")
    (source.parent / "drawn.png").touch()

    def translate(text: str):
        source.write_text(HEAD + dedent(text), encoding="utf-8")
        return translated(source, Book(tmp_path))

    return translate


@pytest.fixture
def plain(shelf):
    """plain(text): all Markdown of the notebook as one text."""
    return lambda text: notebooks.markdown(shelf(text))
