"""The glyph network: 826,389 parameters, 37 classes and a 128-d embedding."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels)
        self.second = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        inner = torch.relu(self.norm1(self.first(x)))
        return torch.relu(x + self.norm2(self.second(inner)))


def down(inputs: int, outputs: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


class GlyphNet(nn.Module):
    """(n, 1, 28, 28) float 0..1 -> logits (n, 37), embedding (n, 128)."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            down(1, 16, 1),
            down(16, 32, 2),
            Residual(32),
            down(32, 64, 2),
            Residual(64),
            Residual(64),
            down(64, 128, 2),
            Residual(128),
        )
        self.drop = nn.Dropout(0.3)
        self.embed = nn.Linear(2048, 128)
        self.drop2 = nn.Dropout(0.2)
        self.head = nn.Linear(128, 37)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        flat = self.drop(self.body(x).flatten(1))
        emb = torch.relu(self.embed(flat))
        return self.head(self.drop2(emb)), emb
