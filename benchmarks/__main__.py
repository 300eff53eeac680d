"""Runs every benchmark in a process of its own, one after another: `python -m benchmarks [NAME ...]`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    names = sys.argv[1:] or sorted(
        path.stem
        for path in HERE.glob("*.py")
        if not path.stem.startswith("_") and path.stem not in ("measure", "people")
    )
    for name in names:
        print(f"\n=== {name}\n", flush=True)
        if subprocess.call([sys.executable, "-m", f"benchmarks.{name}"]):
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
