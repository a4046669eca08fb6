"""The paper sheet → positions in millimetres.

A page is a header, then blocks from top to bottom. Blocks with ``col`` stand in two columns;
what follows them is as wide as the page again. Room to spare goes to the rows of questions and
rosters; what does not fit is a problem with its millimetres.
"""

from __future__ import annotations

from formscan.templates.layout.pages import Laid, lay_out

__all__ = ["Laid", "lay_out"]
