"""Checkpoints to ONNX: the mean of the weights of the main and the finishing run.

    python -m training.export --work DIR --out formscan/extract/models/glyphs.onnx

The finishing run, on milder distortion, reads the validation writers better and other sources
worse; the mean of both keeps the better of each (Wortsman et al. 2022, "model soups").
"""

from __future__ import annotations

import argparse
import hashlib
import warnings
from pathlib import Path

import torch

from training.net import GlyphNet


def mean_weights(checkpoints: list[Path]) -> dict[str, torch.Tensor]:
    """The mean of floating-point weights; counters are those of the last checkpoint."""
    states = [torch.load(path, weights_only=True) for path in checkpoints]
    return {
        name: torch.stack([state[name] for state in states]).mean(0)
        if last.is_floating_point()
        else last
        for name, last in states[-1].items()
    }


def export(checkpoints: list[Path], out: Path) -> str:
    """Write the network (opset 13, dynamic batch); returns its sha256."""
    net = GlyphNet()
    net.load_state_dict(mean_weights(checkpoints))
    net.eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            net,
            (torch.zeros(2, 1, 28, 28),),
            str(out),
            input_names=["glyphs"],
            output_names=["logits", "emb"],
            dynamic_axes={"glyphs": {0: "n"}, "logits": {0: "n"}, "emb": {0: "n"}},
            opset_version=13,
            dynamo=False,
        )
    return hashlib.sha256(out.read_bytes()).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--checkpoints", nargs="+", default=["best-main.pt", "best-finish.pt"])
    parser.add_argument("--out", type=Path, default=Path("formscan/extract/models/glyphs.onnx"))
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    digest = export([options.work / name for name in options.checkpoints], options.out)
    print(f"{options.out}: {options.out.stat().st_size} bytes, sha256 {digest}")


if __name__ == "__main__":
    main()
