"""What holds for all stand-ins."""

import ast
from pathlib import Path

from d2lutils.data import stand_ins


def test_they_load_nothing_that_the_package_does_not_need():
    """At the top of each file: the standard library, numpy, the package itself; pandas only when it is asked for."""
    allowed = {"collections", "contextlib", "d2lutils", "functools", "hashlib", "numpy", "os", "pathlib", "re", "sys",
               "textwrap", "typing"}
    for file in Path(stand_ins.__file__).parent.rglob("*.py"):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            assert {name.split(".")[0] for name in names} <= allowed, (file.name, names)
