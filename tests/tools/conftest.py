"""The tree as a reader gets it: a repository to clone."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tools import notebooks


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
