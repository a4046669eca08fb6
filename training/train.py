"""Train the glyph network on the parts that ``training.prepare`` made.

    python -m training.train --work DIR [--plan main]

One thread, fixed seeds, resumable: the checkpoint in DIR is written every two minutes and
taken up again. Best of the averaged weights on the validation writers is kept as ``best.pt``.
"""

from __future__ import annotations

import argparse
import copy
import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from training.augment import augmented
from training.net import GlyphNet

BATCH = 128
JUNK = 36
WARMUP, FLOOR = 150, 0.003


@dataclass(frozen=True, slots=True)
class Plan:
    """One run of training.

    Attributes:
        name: Ending of its files.
        after: The run whose best weights it starts from, "" = from scratch.
        steps: Batches.
        peak: Highest learning rate.
        strength: Of the distortion on the fly.
        seed: Of everything random.
    """

    name: str
    after: str
    steps: int
    peak: float
    strength: float
    seed: int


PLANS = {
    "main": Plan("-main", "", 15000, 3e-3, 1.0, 1945),
    "finish": Plan("-finish", "-main", 5000, 1e-3, 0.5, 1946),
}
WEIGHTS = {
    "unipen_digits": 0.31,
    "unipen_capitals": 0.36,
    "mnist": 0.19,
    "slashed": 0.008,
    "font_digits": 0.022,
    "font_capitals": 0.05,
    "junk": 0.06,
}


class Pool:
    """All training glyphs in memory, drawn by source with fixed shares."""

    def __init__(self, work: Path) -> None:
        strokes = [load(p) for p in sorted(work.glob("train_*.npz"))]
        x = np.concatenate([s[0] for s in strokes])
        y = np.concatenate([s[1] for s in strokes])
        fonts_x, fonts_y = load(work / "fonts.npz")
        self.groups = {
            "unipen_digits": (x[y < 10], y[y < 10]),
            "unipen_capitals": (x[(y >= 10) & (y < JUNK)], y[(y >= 10) & (y < JUNK)]),
            "mnist": load(work / "mnist.npz"),
            "slashed": load(work / "slashed.npz"),
            "font_digits": (fonts_x[fonts_y < 10], fonts_y[fonts_y < 10]),
            "font_capitals": (fonts_x[fonts_y >= 10], fonts_y[fonts_y >= 10]),
        }
        junk_x, junk_y = load(work / "junk.npz")
        more = y == JUNK
        self.groups["junk"] = (
            np.concatenate([junk_x, x[more]]),
            np.concatenate([junk_y, y[more]]),
        )

    def batch(self, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        names = list(WEIGHTS)
        share = np.array([WEIGHTS[n] for n in names])
        counts = rng.multinomial(BATCH, share / share.sum())
        xs, ys = [], []
        for name, count in zip(names, counts, strict=True):
            gx, gy = self.groups[name]
            at = rng.integers(0, len(gy), count)
            xs.append(gx[at])
            ys.append(gy[at])
        x = torch.from_numpy(np.concatenate(xs)).float().div_(255).unsqueeze(1)
        return x, torch.from_numpy(np.concatenate(ys)).long()


def load(path: Path) -> tuple[np.ndarray, np.ndarray]:
    with np.load(path) as archive:
        return archive["x"], archive["y"]


def loss_of(logits: Tensor, y: Tensor) -> Tensor:
    """.85 CE inside the sample's own alphabet + .25 CE over all 37 classes."""
    mask = torch.full_like(logits, -1e4)
    mask[y < 10, :10] = 0
    mask[(y >= 10) & (y < JUNK), 10:36] = 0
    mask[y == JUNK] = 0
    inside = F.cross_entropy(logits + mask, y)
    return 0.85 * inside + 0.25 * F.cross_entropy(logits, y)


def rate(step: int, steps: int, peak: float) -> float:
    if step < WARMUP:
        return peak * (step + 1) / WARMUP
    at = min((step - WARMUP) / max(steps - WARMUP, 1), 1.0)
    return peak * (FLOOR + (1 - FLOOR) * 0.5 * (1 + math.cos(math.pi * at)))


@torch.no_grad()
def accuracy(net: GlyphNet, path: Path) -> tuple[float, float]:
    """(digits, capitals) right, each inside its alphabet."""
    net.eval()
    x, y = load(path)
    out = torch.cat(
        [
            net(torch.from_numpy(x[i : i + 512]).float().div(255).unsqueeze(1))[0]
            for i in range(0, len(y), 512)
        ]
    ).numpy()
    digits, capitals = y < 10, (y >= 10) & (y < JUNK)
    right_d = (out[digits, :10].argmax(1) == y[digits]).mean()
    right_c = (out[capitals, 10:36].argmax(1) + 10 == y[capitals]).mean()
    return float(right_d), float(right_c)


def train(work: Path, plan: Plan) -> None:
    steps, seed = plan.steps, plan.seed
    torch.manual_seed(seed)
    net = GlyphNet().to(memory_format=torch.channels_last)
    if plan.after:
        net.load_state_dict(torch.load(work / f"best{plan.after}.pt", weights_only=True))
    average = copy.deepcopy(net)
    optimizer = torch.optim.AdamW(net.parameters(), lr=plan.peak, weight_decay=5e-3)
    checkpoint, start, best = work / f"checkpoint{plan.name}.pt", 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        net.load_state_dict(state["net"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
        start, best = int(state["step"]), float(state["best"])
    pool = Pool(work)
    print({k: len(v[1]) for k, v in pool.groups.items()}, "from step", start, flush=True)
    generator = torch.Generator().manual_seed(seed + start)
    rng = np.random.default_rng(seed + start)
    last, running = time.monotonic(), 0.0
    for step in range(start, steps):
        for group in optimizer.param_groups:
            group["lr"] = rate(step, steps, plan.peak)
        net.train()
        x, y = pool.batch(rng)
        x = augmented(x, generator, plan.strength).contiguous(memory_format=torch.channels_last)
        loss = loss_of(net(x)[0], y)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 3.0)
        optimizer.step()
        follow(average, net, min(0.999, (step + 1) / (step + 10)))
        running = 0.98 * running + 0.02 * loss.item()
        if time.monotonic() - last > 120 or step + 1 == steps:
            last = time.monotonic()
            digits, capitals = np.mean(
                [accuracy(average, work / f"{part}.npz") for part in ("val_a", "val_b")], axis=0
            ).tolist()
            print(f"{step + 1} loss {running:.3f} val {digits:.4f} {capitals:.4f}", flush=True)
            if digits + capitals > best:
                best = digits + capitals
                torch.save(average.state_dict(), work / f"best{plan.name}.pt")
            state = {
                "net": net.state_dict(),
                "average": average.state_dict(),
                "optimizer": optimizer.state_dict(),
                "step": step + 1,
                "best": best,
            }
            torch.save(state, checkpoint.with_suffix(".part"))
            checkpoint.with_suffix(".part").rename(checkpoint)
    (work / "training.txt").write_text(
        "\n".join(
            f"Run `{p.name[1:]}`: {p.steps:,} steps of {BATCH} glyphs, AdamW up to {p.peak:g}, "
            f"cosine, averaged weights, distortion x {p.strength:g}."
            for p in PLANS.values()
        )
        + "\n"
    )


@torch.no_grad()
def follow(average: GlyphNet, net: GlyphNet, keep: float) -> None:
    """Exponential moving average of the weights; batch statistics are copied alike."""
    for a, b in zip(average.state_dict().values(), net.state_dict().values(), strict=True):
        if a.dtype.is_floating_point:
            a.mul_(keep).add_(b, alpha=1 - keep)
        else:
            a.copy_(b)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--plan", choices=PLANS, default="main")
    options = parser.parse_args()
    torch.set_num_threads(1)
    train(options.work, PLANS[options.plan])


if __name__ == "__main__":
    main()
