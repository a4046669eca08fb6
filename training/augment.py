"""Distortion of glyph batches on the fly."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor


def augmented(x: Tensor, g: torch.Generator, strength: float = 1.0) -> Tensor:
    """(n, 1, 28, 28) float 0..1, each glyph distorted on its own."""
    n = len(x)
    x = _warped(x, g, strength)
    chance = torch.rand(n, generator=g) / strength
    fat = chance < 0.15
    thin = (chance > 0.15) & (chance < 0.28)
    if fat.any():
        x[fat] = F.max_pool2d(x[fat], (2, 2), stride=1, padding=1)[:, :, :28, :28]
    if thin.any():
        x[thin] = -F.max_pool2d(-x[thin], (2, 2), stride=1, padding=1)[:, :, :28, :28]
    soft = torch.rand(n, generator=g) < 0.30 * strength
    if soft.any():
        x[soft] = F.avg_pool2d(x[soft], 3, stride=1, padding=1)
    gain = torch.empty(n, 1, 1, 1).uniform_(0.8, 1.5, generator=g)
    x = (x * gain).clamp(0, 1)
    hard = torch.rand(n, generator=g) < 0.06 * strength
    x[hard] = (x[hard] > 0.4).float()
    for i in torch.nonzero(torch.rand(n, generator=g) < 0.06 * strength).flatten().tolist():
        r, c = torch.randint(2, 22, (2,), generator=g).tolist()
        x[i, :, r : r + 4, c : c + 4] = 0
    noise = torch.randn(x.shape, generator=g) * (0.03 * strength)
    return (x + noise).clamp(0, 1)


def _warped(x: Tensor, g: torch.Generator, strength: float) -> Tensor:
    n = len(x)
    turn = torch.randn(n, generator=g) * (0.09 * strength)
    shear = torch.randn(n, generator=g) * (0.14 * strength)
    sx = torch.empty(n).uniform_(0.86, 1.18, generator=g)
    sy = torch.empty(n).uniform_(0.88, 1.18, generator=g)
    cos, sin = torch.cos(turn), torch.sin(turn)
    shift = torch.randn(n, 2, generator=g) * (0.06 * strength)
    theta = torch.stack(
        [
            torch.stack([cos * sx, (-sin + shear) * sx, shift[:, 0]], 1),
            torch.stack([sin * sy, cos * sy, shift[:, 1]], 1),
        ],
        1,
    )
    grid = F.affine_grid(theta, list(x.shape), align_corners=False)
    knots = torch.randn(n, 2, 5, 5, generator=g) * (0.045 * strength)
    wave = F.interpolate(knots, size=(28, 28), mode="bicubic", align_corners=True)
    return F.grid_sample(x, grid + wave.permute(0, 2, 3, 1), align_corners=False)
