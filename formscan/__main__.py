"""``python -m formscan``."""

from __future__ import annotations

from formscan.cli import main

if __name__ == "__main__":
    main(prog_name="formscan")
