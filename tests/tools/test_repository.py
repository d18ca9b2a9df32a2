"""The repository itself: what is tracked, what is pinned, what is documented, and which way imports go."""

import ast
import inspect
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

import d2lutils

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "d2lutils"
LIMIT = 1_000_000
BINARY = {".woff2", ".png", ".jpg", ".gz", ".ico"}
# real paths name a person or a machine; the words alone (as in the patterns that look for them) do not
MACHINE = re.compile(r"(?<![\w.])/(?:home|Users)/(?!somebody)\w+/|(?<![\w.:/])/(?:root|work|mnt)/\w+|[A-Z]:\\Users\\\w")
REGISTRY = re.compile(r"https?://[^\s\"')]*(?:artifactory|nexus|devpi|pypi\.(?!org)|/simple\b)|--(?:extra-)?index-url")


def tracked() -> list[Path]:
    """The files under version control; all files, where this is no checkout (an unpacked archive)."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def texts() -> list[tuple[Path, str]]:
    own = Path(__file__).resolve()
    return [(path, path.read_text(encoding="utf-8")) for path in tracked()
            if path.suffix not in BINARY and path.name != "katex.min.js" and path != own]


def test_no_file_is_large():
    large = {path.relative_to(ROOT).as_posix(): path.stat().st_size for path in tracked()
             if path.stat().st_size > LIMIT}
    assert not large


def test_no_path_of_a_machine_and_no_registry_is_named():
    found = [f"{path.relative_to(ROOT)}: {match[0]}" for path, text in texts()
             for pattern in (MACHINE, REGISTRY) for match in pattern.finditer(text)]
    assert not found


def test_nothing_that_is_made_is_tracked():
    made = re.compile(r"(^|/)(__pycache__|\.ipynb_checkpoints|_build|build|\.venv)(/|$)|\.(pyc|part)$|\.egg-info/")
    assert not [path for path in tracked() if made.search(path.relative_to(ROOT).as_posix())]


def requirements() -> dict[str, str]:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def test_requirements_are_exact_and_each_has_a_reason():
    reason = False
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            reason = True
        elif not line:
            reason = False
        else:
            assert re.fullmatch(r"[\w.-]+==[\w.]+", line), f"not an exact version: {line}"
            assert reason, f"no comment in the block above {line} says what it is for"


def test_environment_yml_is_in_step_with_requirements():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python = [entry for entry in environment["dependencies"] if isinstance(entry, str) and entry.startswith("python")]
    assert python, "environment.yml names no Python"
    pip = next(entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))
    if any("requirements.txt" in entry for entry in pip):
        return  # one list, read from one place
    pinned = dict(entry.split("==") for entry in pip if "==" in entry)
    assert pinned == requirements()


def test_pins_lie_within_the_ranges_of_the_package():
    from packaging.requirements import Requirement

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = requirements()
    for text in sum(project["optional-dependencies"].values(), project["dependencies"]):
        wanted = Requirement(text)
        assert wanted.name in pins, f"{wanted.name} is needed and not pinned"
        assert pins[wanted.name] in wanted.specifier, f"{wanted} excludes the pin {pins[wanted.name]}"


def test_licence_is_there():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "MIT License" in text and "Creative Commons" in text  # the code and the prose


def public() -> list[tuple[str, object]]:
    names = getattr(d2lutils, "__all__", [name for name in vars(d2lutils) if not name.startswith("_")])
    found = [(name, getattr(d2lutils, name)) for name in sorted(names)]
    return [(name, value) for name, value in found if not inspect.ismodule(value)]


def test_there_are_public_names():
    assert {"fit", "try_gpu", "Animator", "Timer"} <= {name for name, _ in public()}


@pytest.mark.parametrize(("name", "value"), public(), ids=[name for name, _ in public()])
def test_public_names_are_documented(name, value):
    if inspect.isroutine(value) or inspect.isclass(value):
        assert inspect.getdoc(value), f"d2l.{name} has no docstring"
        own = value.__dict__.get("__doc__") if inspect.isclass(value) else value.__doc__
        assert own and len(own.split()) >= 4, f"d2l.{name} has no docstring of its own that says something"


# --- one direction: nothing imports upward, and the top, explore and check, is imported by nothing ------------------

LEVELS = [
    # know nothing of the rest, or only of each other
    {"devices", "timing", "metrics", "bleu", "boxes", "calibration", "engine", "broadcasting", "memory", "describe",
     "heap", "weight_decay"},
    {"data", "layers", "optim", "plots"},
    {"models"},
    {"training"},
    {"explore", "check"},
]


def level(part: str) -> int | None:
    return next((number for number, parts in enumerate(LEVELS) if part in parts), None)


def imported(path: Path) -> set[str]:
    """The parts of the package (files or folders right below it) that a file imports, anywhere in it."""
    here = ("d2lutils", *path.relative_to(PACKAGE).parts[:-1])
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            names = [f"{module}.{alias.name}" for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("d2lutils.")}
    return found


FILES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


@pytest.mark.parametrize("path", FILES, ids=[path.relative_to(PACKAGE).as_posix() for path in FILES])
def test_imports_go_one_way(path):
    part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    assert level(part) is not None, f"d2lutils/{part} has no place in the order of imports: give it one in LEVELS"
    parts = {found for found in imported(path) if found != part}
    unknown = {found for found in parts if level(found) is None}
    assert not unknown, f"{path.name} imports {unknown}, which have no place in the order of imports"
    upward = {found for found in parts if level(found) > level(part)}
    assert not upward, f"{path.relative_to(ROOT)} imports upward: {sorted(upward)}"
    if part not in LEVELS[-1]:
        assert not parts & LEVELS[-1], f"{path.relative_to(ROOT)} imports explore or check"


@pytest.mark.parametrize("part", ["explore", "check"])
def test_the_top_is_imported_by_nothing(part):
    for path in FILES:
        if path.relative_to(PACKAGE).parts[0] != part:
            assert part not in imported(path), f"{path.relative_to(ROOT)} imports {part}"
