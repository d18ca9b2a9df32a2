"""Record the sweeps of the chapters: those that are missing or older than their code.

    make sweeps                                   all chapters
    python tools/sweeps.py --all                  record anew what is fresh, too
    python tools/sweeps.py --list                 only say which are stale
    python tools/sweeps.py --confirm BASE         run a few settings of each stale one with the code of the commit
                                                  BASE and of today; if the numbers are equal, it is fresh
    python tools/sweeps.py chapters/01_…/03_….md  one chapter; --only NAME one sweep

An interrupted recording goes on where it was: each finished run is kept beside the chapter in a .part file.
"""

import argparse
import os
import signal
import sys
import time
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

    torch.set_num_threads(1)
    given = options.chapters or [ROOT / "chapters"]
    paths = [source for path in given for source in (chapters_with_sweeps(path) if path.is_dir() else [path])]
    # what one chapter reads must not be said of another one's recording, so each gets a process
    apart = len(paths) > 1 or options.jobs > 1
    failed = fresh = 0
    stale = []
    for path in paths:
        try:
            chapter = load_chapter(path)
        except (SweepError, OSError) as error:
            print(f"✗ {error}", file=sys.stderr)
            failed += 1
            continue
        for recorded in chapter.recorded:
            if options.only not in (None, recorded.name):
                continue
            label = f"{path.parent.name}/{recorded.name}"
            if recorded.is_fresh() and not options.all:
                fresh += 1
                continue
            if options.confirm:
                stale.append((path, recorded))
                continue
            if options.list:
                print(f"stale: {label}")
                continue
            began = time.perf_counter()
            try:
                recorded.record(run=_processes(path, recorded.name, options.jobs) if apart else None)
            except SweepError as error:
                print(f"✗ {label}: {error}", file=sys.stderr)
                failed += 1
                continue
            except KeyboardInterrupt:
                print(f"\ninterrupted: {label} goes on from here the next time", file=sys.stderr)
                return 130
            seconds, size = time.perf_counter() - began, len(recorded.show().html.encode())
            print(f"✓ {label}: {len(recorded.grid)} runs in {seconds:.0f} s, {size / 1000:.0f} kB on the page")
    if stale:
        from tools.confirm_sweeps import confirm

        for (path, recorded), problem in zip(stale, confirm(stale, options.confirm)):
            label = f"{path.parent.name}/{recorded.name}"
            print(f"✗ {label}: {problem}" if problem else f"✓ {label}: the same numbers as at {options.confirm}")
            failed += bool(problem)
    print(f"{fresh} fresh" + (f", {failed} failed" if failed else ""))
    return 1 if failed else 0


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


_recorded = None


def _begin_worker(path: str, name: str) -> None:
    global _recorded
    import torch

    from d2lutils.explore import load_chapter

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    torch.set_num_threads(1)
    _recorded = next(r for r in load_chapter(path).recorded if r.name == name)


def _run_in_worker(settings: dict) -> dict:
    return _recorded.run_one(settings)


if __name__ == "__main__":
    # the same numbers on every machine, as far as that goes: no GPU, only data that every reader has, one thread a run
    os.environ.update(CUDA_VISIBLE_DEVICES="", D2L_OFFLINE="1", OMP_NUM_THREADS="1", MPLBACKEND="agg")
    os.environ.pop("D2L_DATA", None)
    sys.exit(main())
