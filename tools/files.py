"""Files written in one step: a full disk, a kill or a lost machine never leaves half of one."""

import os
import tempfile
from pathlib import Path


def write(path: Path, data: bytes) -> None:
    """Writes `data` to `path`, whole or not at all, readable by all; makes the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        os.chmod(part, 0o644)
        os.replace(part, path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
