"""Record the sweeps of the chapters: those that are missing or older than their code.

    make sweeps                                   all chapters
    python tools/sweeps.py --all                  record anew what is fresh, too
    python tools/sweeps.py --list                 only say which are stale
    python tools/sweeps.py --confirm BASE         run a few settings of each stale one with the code of the commit
                                                  BASE and of today; if the numbers are equal, it is fresh
    python tools/sweeps.py chapters/01_…/03_….md  one chapter; --only NAME one sweep

A chapter's sweeps run on the real data that D2L_DATA names, or on stand-ins where its front matter says so; each sweep
in a process of its own, so that its file names the data that it was given and no other. An interrupted recording goes
on where it was: each finished run is kept beside the chapter in a .part file.
"""

import argparse
import contextlib
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("chapters", nargs="*", type=Path, help="sources (.md) or folders; by default all chapters")
    parser.add_argument("--only", metavar="NAME", help="only the sweep of this name")
    parser.add_argument("--all", action="store_true", help="record those that are fresh, too")
    parser.add_argument("--list", action="store_true", help="say which are stale, and record nothing")
    parser.add_argument("--confirm", metavar="BASE", help="compare with the code of this commit, and record nothing")
    parser.add_argument("--jobs", type=int, default=1, help="processes; each trains with one thread (default 1)")
    options = parser.parse_args(arguments)

    import torch

    from d2lutils.explore import SweepError, chapters_with_sweeps, load_chapter
    from tools.recording import data

    torch.set_num_threads(1)
    given = options.chapters or [ROOT / "chapters"]
    paths = [source for path in given for source in (chapters_with_sweeps(path) if path.is_dir() else [path])]
    count: Counter[str] = Counter()
    stale = []
    for path in paths:
        try:
            with _given(data.environment(data.on_stand_ins(path)) | {"MPLBACKEND": "agg"}):
                for recorded in load_chapter(path).recorded:
                    if options.only in (None, recorded.name):
                        if _is_fresh(path, recorded) and not options.all:
                            count["fresh"] += 1
                        elif options.confirm:
                            stale.append((path, recorded))
                        elif options.list:
                            print(f"stale: {_label(path, recorded)}")
                        else:
                            count["failed"] += not _record(path, recorded, options.jobs)
        except (SweepError, ValueError, OSError) as error:
            print(f"✗ {error}", file=sys.stderr)
            count["failed"] += 1
        except KeyboardInterrupt:
            print("\ninterrupted: it goes on from here the next time", file=sys.stderr)
            return 130
    if stale:
        from tools.confirm_sweeps import confirm

        for (path, recorded), problem in zip(stale, confirm(stale, options.confirm)):
            label = _label(path, recorded)
            print(f"✗ {label}: {problem}" if problem else f"✓ {label}: the same numbers as at {options.confirm}")
            count["failed"] += bool(problem)
    print(f"{count['fresh']} fresh" + (f", {count['failed']} failed" if count["failed"] else ""))
    return 1 if count["failed"] else 0


def _label(path: Path, recorded) -> str:
    return f"{path.parent.name}/{recorded.name}"


@contextlib.contextmanager
def _given(variables: dict[str, str]) -> Iterator[None]:
    """Inside, this process and those that it starts have these variables and no others."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _is_fresh(path: Path, recorded) -> bool:
    """Whether a recording was made by the code as it is now, on the data that its chapter wants."""
    return recorded.is_fresh() and not _missing(path, recorded.load().get("data", {}))


def _missing(path: Path, used: dict[str, str]) -> str:
    """Which of the data that a chapter wants were not there, in words; empty where it takes what comes."""
    from tools.recording import data

    return "" if data.on_stand_ins(path) else data.missing(used)


def _record(path: Path, recorded, jobs: int) -> bool:
    """Records one sweep and says how it went; whether it went well."""
    from d2lutils.explore import SweepError

    began = time.perf_counter()
    try:
        recorded.record(run=_processes(path, recorded.name, jobs))
    except SweepError as error:
        print(f"✗ {_label(path, recorded)}: {error}", file=sys.stderr)
        return False
    seconds, size = time.perf_counter() - began, len(recorded.show().html.encode())
    print(f"✓ {_label(path, recorded)}: {len(recorded.grid)} runs in {seconds:.0f} s, {size / 1000:.0f} kB on the page")
    return True


def _processes(path: Path, name: str, jobs: int):
    """A function for Recorded.record that shares the settings out to processes, each of which loads the chapter."""

    def run(todo: list[dict]):
        from concurrent.futures import ProcessPoolExecutor, as_completed
        from multiprocessing import get_context

        pool = ProcessPoolExecutor(jobs, get_context("spawn"), _begin_worker, (str(path), name))
        try:
            places = {pool.submit(_run_in_worker, settings): i for i, settings in enumerate(todo)}
            for future in as_completed(places):
                yield places[future], future.result()
        finally:
            workers = list((pool._processes or {}).values())
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in workers:  # a run that is still going on is of no use to anybody
                worker.terminate()

    return run


_path = _recorded = None


def _begin_worker(path: str, name: str) -> None:
    global _path, _recorded
    import torch

    from d2lutils.explore import load_chapter

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    torch.set_num_threads(1)
    _path = Path(path)
    _recorded = next(r for r in load_chapter(path).recorded if r.name == name)


def _run_in_worker(settings: dict) -> dict:
    from d2lutils.explore import SweepError
    from tools.recording import data

    result = _recorded.run_one(settings)
    if missing := _missing(_path, result["data"]):
        raise SweepError(f"{missing}. {data.HOW}")
    return result


if __name__ == "__main__":
    # the same numbers on every machine, as far as that goes: no GPU, one thread a run
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    sys.exit(main())
