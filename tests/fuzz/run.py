"""Fuzz one target with atheris: ``python tests/fuzz/run.py image --minutes 10`` (``make fuzz``).

A find is minimised by hand, kept as ``tests/fuzz/found/TARGET/NAME`` and mended;
``test_targets.py`` runs every one of them ever after.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import atheris

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "image")]
with atheris.instrument_imports(include=["formscan"]):
    from seeds import seeds
    from targets import TARGETS

_LONGEST_S, _LONGEST_CPU_S, _MOST_MB = 60, 5, 3000
"""What a unit may take; a busy computer makes the clock run on, but not the processor's time."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=list(TARGETS))
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--corpus", type=Path, default=Path("out/fuzz"))
    options = parser.parse_args()
    corpus = options.corpus / options.target
    crashes = options.corpus / f"{options.target}-crashes"
    for folder in (corpus, crashes):
        folder.mkdir(parents=True, exist_ok=True)
    for name, data in seeds(options.target).items():
        (corpus / name).write_bytes(data)
    target, scratch = TARGETS[options.target], Path(tempfile.mkdtemp(dir=_memory()))

    def once(data: bytes) -> None:
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        start = time.process_time()
        target(data, scratch)
        took = time.process_time() - start
        assert took < _LONGEST_CPU_S, f"{took:.1f} s of processor time"

    arguments = [
        sys.argv[0],
        f"-max_total_time={round(options.minutes * 60)}",
        f"-timeout={_LONGEST_S}",
        f"-report_slow_units={_LONGEST_S}",
        f"-rss_limit_mb={_MOST_MB}",
        f"-artifact_prefix={crashes}/",
        "-max_len=65536",
        "-print_final_stats=1",
        str(corpus),
    ]
    atheris.Setup(arguments, once)
    atheris.Fuzz()


def _memory() -> str | None:
    """A folder that costs no disk, where the system has one."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


if __name__ == "__main__":
    main()
