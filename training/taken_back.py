"""Train the network that tells characters which were taken back.

    python -m training.taken_back --unipen FILE --work DIR

writes ``formscan/extract/models/taken_back.onnx`` (or ``--out``).

Boxes of training writers (``training.taken_back_data``), kept in DIR; AdamW with cosine, one
thread, fixed seed, averaged weights; some ten minutes with the boxes. Prints what share of the
taken-back and of the clean boxes of *validation* writers lies above several heights.
"""

from __future__ import annotations

import argparse
import hashlib
import warnings
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from formscan.extract.taken_back import INPUT_PX, NUMBERS
from formscan.simulate.unipen import Split, load_strokes
from training.taken_back_data import boxes

SEED, BATCH, STEPS, PEAK = 1928, 256, 9000, 2e-3
AVERAGED = 0.998


class TakenBack(nn.Module):
    """(n, INPUT_PX² + NUMBERS) -> (n, 1) log-odds; some 90,000 weights."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = nn.Sequential(
            nn.Conv2d(1, 16, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(16, 24, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(24, 32, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Flatten(),
        )
        self.told = nn.Sequential(nn.Linear(NUMBERS, 48), nn.ReLU())
        self.weighs = nn.Sequential(
            nn.Dropout(0.2), nn.Linear(32 * 25 + 48, 64), nn.ReLU(), nn.Linear(64, 1)
        )

    def forward(self, x: Tensor) -> Tensor:
        picture = x[:, : INPUT_PX**2].reshape(-1, 1, INPUT_PX, INPUT_PX)
        told = self.told(x[:, INPUT_PX**2 :])
        return self.weighs(torch.cat([self.looks(picture), told], dim=1))


def made(work: Path, unipen: Path, split: Split, seed: int, rounds: int) -> tuple[Tensor, Tensor]:
    """The boxes of a split, made once and kept in ``work``."""
    kept = work / f"taken-back-{split}.npz"
    if not kept.exists():
        parts = [p for p in boxes(load_strokes(unipen), split, seed, rounds) if len(p[1])]
        inputs = np.concatenate([inputs for inputs, _ in parts]).astype(np.float16)
        work.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(kept, x=inputs, y=np.concatenate([taken for _, taken in parts]))
    with np.load(kept) as data:
        return torch.from_numpy(data["x"]), torch.from_numpy(data["y"]).float()


def jittered(x: Tensor, generator: torch.Generator) -> Tensor:
    """A shift of up to two pixels, a little more or less ink and pen."""
    picture = x[:, : INPUT_PX**2].reshape(-1, INPUT_PX, INPUT_PX)
    by = torch.randint(-2, 3, (2,), generator=generator).tolist()
    picture = torch.roll(picture, by, dims=(1, 2)).flatten(1)
    strength = 1 + 0.1 * torch.randn((len(x), 1), generator=generator)
    told = x[:, INPUT_PX**2 :].clone()
    told[:, :1] *= 1 + 0.03 * torch.randn((len(x), 1), generator=generator)
    return torch.cat([(picture * strength).clamp(0, 1), told], dim=1)


def train(x: Tensor, y: Tensor) -> TakenBack:
    """The averaged network after ``STEPS`` batches."""
    torch.manual_seed(SEED)
    generator = torch.Generator().manual_seed(SEED)
    net, mean = TakenBack(), TakenBack()
    mean.load_state_dict(net.state_dict())
    optimiser = torch.optim.AdamW(net.parameters(), lr=PEAK, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, PEAK, STEPS, pct_start=0.05)
    loss_of = nn.BCEWithLogitsLoss()
    for step in range(STEPS):
        at = torch.randint(len(y), (BATCH,), generator=generator)
        loss = loss_of(net(jittered(x[at].float(), generator))[:, 0], y[at])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        with torch.no_grad():
            for kept, new in zip(mean.parameters(), net.parameters(), strict=True):
                kept.lerp_(new, 1 - min(AVERAGED, (1 + step) / (10 + step)))
        if step % 500 == 0:
            print(step, round(float(loss.detach()), 4), flush=True)
    return mean.eval()


def export(net: TakenBack, out: Path) -> str:
    """Write the network (opset 13, any number of boxes); returns its sha256."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            net,
            (torch.zeros(2, INPUT_PX**2 + NUMBERS),),
            str(out),
            input_names=["boxes"],
            output_names=["log_odds"],
            dynamic_axes={"boxes": {0: "n"}, "log_odds": {0: "n"}},
            opset_version=13,
            dynamo=False,
        )
    return hashlib.sha256(out.read_bytes()).hexdigest()


def tell(odds: NDArray[np.float64], y: NDArray[np.float64]) -> None:
    """How many of each sort lie above several heights."""
    for height in (-4, -3, -2, -1, 0, 1, 2, 4):
        caught, alarms = odds[y > 0] > height, odds[y == 0] > height
        print(f"above {height:2d}: taken back {caught.mean():.4f}, clean {alarms.mean():.4f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--unipen", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("formscan/extract/models/taken_back.onnx"))
    options = parser.parse_args()
    torch.set_num_threads(1)
    x, y = made(options.work, options.unipen, "train", SEED, 3)
    unseen, truth = made(options.work, options.unipen, "validation", SEED + 1, 1)
    print(f"{len(y)} boxes, {float(y.mean()):.3f} taken back", flush=True)
    net = train(x, y)
    print(export(net, options.out))
    with torch.no_grad():
        odds = torch.cat([net(part.float())[:, 0] for part in unseen.split(1024)])
    tell(odds.double().numpy(), truth.double().numpy())


if __name__ == "__main__":
    main()
