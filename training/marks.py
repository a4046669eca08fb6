"""Train the mark network on simulated pages and ODK Scan's crops of real marks.

    python -m training.marks --data DIR [--odkscan DIR] [--out formscan/extract/models/marks.onnx]

DIR is made by ``training.mark_data``. A tiny convolutional network sees a box and what is around
it, in all eight turns and mirrors; plain numpy, one thread, fixed seed, a few minutes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from formscan.extract.boxes import INPUT_PX
from formscan.extract.mark import MarkOptions, seen_page
from training.mark_data import left_a_trace
from training.mark_kinds import EMPTY, MARKED, SOLID
from training.odk_crops import BOX_PART, load_rows, page_of

WIDE, HIDDEN, LOOKS = (12, 24), 48, 4
BATCH, EPOCHS, PEAK, DECAY = 256, 14, 3e-3, 2e-3
REAL_SHARE = 0.12
PICTURES = 2 * INPUT_PX**2

Array = NDArray[np.float32]


def real_boxes(folder: Path) -> tuple[Array, NDArray[np.int8]]:
    """(inputs, looks) of the crops on the sheets that are not held back."""
    inputs, looks = [], []
    rows = [row for row in load_rows(folder) if not row.held_back and not row.contested]
    for name in BOX_PART:
        mine = [row for row in rows if row.set == name]
        inputs.append(seen_page(page_of(mine, folder), MarkOptions())[1].inputs)
        looks += [
            EMPTY if row.truth == "empty" else SOLID if row.mark_style == "filled" else MARKED
            for row in mine
        ]
    return np.concatenate(inputs), np.array(looks, np.int8)


def turned(inputs: Array, rng: np.random.Generator) -> Array:
    """One of eight turns and mirrors, a shift of up to a pixel, a little more or less ink."""
    pictures = inputs[:, :PICTURES].reshape(-1, 2, INPUT_PX, INPUT_PX)
    turn = int(rng.integers(8))
    pictures = np.rot90(pictures, turn % 4, axes=(2, 3))
    pictures = pictures[..., ::-1] if turn >= 4 else pictures
    pictures = np.roll(pictures, tuple(rng.integers(-1, 2, 2)), axis=(2, 3))
    flat = pictures.reshape(len(inputs), -1) * rng.uniform(0.92, 1.08)
    return np.hstack([flat, inputs[:, PICTURES:]]).astype(np.float32)


class Net:
    """Two strided convolutions and two dense layers, by hand; Adam (Kingma & Ba 2015)."""

    def __init__(self, extras: int, rng: np.random.Generator) -> None:
        shapes = [(2 * 25, WIDE[0]), (WIDE[0] * 9, WIDE[1]), (25 * WIDE[1] + extras, HIDDEN),
                  (HIDDEN, LOOKS)]  # fmt: skip
        self.parameters: list[Array] = []
        for fan_in, fan_out in shapes:
            weights = rng.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out))
            self.parameters += [weights.astype(np.float32), np.zeros(fan_out, np.float32)]
        self.mean = [np.zeros_like(each) for each in self.parameters]
        self.square = [np.zeros_like(each) for each in self.parameters]
        self.steps = 0

    def step(self, x: Array, looks: NDArray[np.int8], rate: float) -> float:
        """One batch; returns its mean cross-entropy."""
        w = self.parameters
        pictures = x[:, :PICTURES].reshape(-1, 2, INPUT_PX, INPUT_PX)
        columns1 = unfolded(pictures, 5)
        first = np.maximum(columns1 @ w[0] + w[1], 0)
        columns2 = unfolded(first.transpose(0, 3, 1, 2), 3)
        second = np.maximum(columns2 @ w[2] + w[3], 0)
        flat = np.hstack([second.transpose(0, 3, 1, 2).reshape(len(x), -1), x[:, PICTURES:]])
        hidden = np.maximum(flat @ w[4] + w[5], 0)
        p = softmax(hidden @ w[6] + w[7])
        rows = np.arange(len(x))
        chosen = p[rows, looks]
        off = p
        off[rows, looks] -= 1
        off /= len(x)
        slopes = [hidden.T @ off, off.sum(axis=0)]
        off = (off @ w[6].T) * (hidden > 0)
        slopes = [flat.T @ off, off.sum(axis=0), *slopes]
        off = (off @ w[4].T)[:, : 25 * WIDE[1]].reshape(len(x), WIDE[1], 5, 5)
        off = off.transpose(0, 2, 3, 1) * (second > 0)
        slopes = [_product(columns2, off), off.sum(axis=(0, 1, 2)), *slopes]
        off = folded(off @ w[2].T, WIDE[0], 3, 10).transpose(0, 2, 3, 1) * (first > 0)
        slopes = [_product(columns1, off), off.sum(axis=(0, 1, 2)), *slopes]
        self._adam(slopes, rate)
        return float(-np.log(np.maximum(chosen, 1e-9)).mean())

    def _adam(self, slopes: list[Array], rate: float) -> None:
        self.steps += 1
        for i, slope in enumerate(slopes):
            self.mean[i] += 0.1 * (slope - self.mean[i])
            self.square[i] += 0.001 * (slope**2 - self.square[i])
            mean = self.mean[i] / (1 - 0.9**self.steps)
            square = self.square[i] / (1 - 0.999**self.steps)
            self.parameters[i] -= rate * (mean / (np.sqrt(square) + 1e-8))
            if self.parameters[i].ndim == 2:
                self.parameters[i] *= 1 - rate * DECAY


def unfolded(pictures: Array, kernel: int) -> Array:
    """(n, h / 2, w / 2, c * k * k) windows of a convolution of stride 2, zeros around."""
    pad = kernel // 2
    padded = np.pad(pictures, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kernel, kernel), axis=(2, 3))
    picked = windows[:, :, ::2, ::2].transpose(0, 2, 3, 1, 4, 5)
    return np.ascontiguousarray(picked).reshape(*picked.shape[:3], -1)


def folded(columns: Array, channels: int, kernel: int, side: int) -> Array:
    """The reverse of ``unfolded``: windows added up where they overlap, (n, c, side, side)."""
    count, height, width, _ = columns.shape
    pad = kernel // 2
    parts = columns.reshape(count, height, width, channels, kernel, kernel)
    total = np.zeros((count, channels, side + 2 * pad, side + 2 * pad), np.float32)
    for y in range(kernel):
        for x in range(kernel):
            part = parts[..., y, x].transpose(0, 3, 1, 2)
            total[:, :, y : y + 2 * height : 2, x : x + 2 * width : 2] += part
    return total[:, :, pad : pad + side, pad : pad + side]


def _product(columns: Array, off: Array) -> Array:
    return columns.reshape(-1, columns.shape[-1]).T @ off.reshape(-1, off.shape[-1])


def softmax(logits: Array) -> Array:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def train(
    inputs: NDArray[np.float16],
    looks: NDArray[np.int8],
    real: tuple[Array, NDArray[np.int8]] | None,
    epochs: int = EPOCHS,
) -> Net:
    """A network; real boxes make up ``REAL_SHARE`` of each batch."""
    rng = np.random.default_rng(7)
    net = Net(inputs.shape[1] - PICTURES, rng)
    steps = epochs * (len(looks) // BATCH)
    loss = 0.0
    for step in range(steps):
        at = np.sort(rng.integers(0, len(looks), BATCH))
        x, y = inputs[at].astype(np.float32), looks[at]
        if real is not None:
            some = rng.integers(0, len(real[1]), round(REAL_SHARE * BATCH))
            x, y = np.vstack([x, real[0][some]]), np.concatenate([y, real[1][some]])
        rate = PEAK * min(1, step / 200) * 0.5 * (1 + np.cos(np.pi * step / steps))
        loss += 0.01 * (net.step(turned(x, rng), y, rate) - loss)
        if step % 1000 == 999:
            print(f"step {step + 1} of {steps}: loss {loss:.4f}", flush=True)
    return net


def export(net: Net, out: Path) -> None:
    """Write ``boxes`` -> ``looks`` (probabilities), opset 13, any number of boxes."""
    w = net.parameters
    extras = w[4].shape[0] - 25 * WIDE[1]
    tensors = {
        "w1": w[0].T.reshape(WIDE[0], 2, 5, 5), "b1": w[1],
        "w2": w[2].T.reshape(WIDE[1], WIDE[0], 3, 3), "b2": w[3],
        "w3": w[4], "b3": w[5], "w4": w[6], "b4": w[7],
        "parts": np.array([PICTURES, extras], np.int64),
        "square": np.array([-1, 2, INPUT_PX, INPUT_PX], np.int64),
    }  # fmt: skip
    node = helper.make_node
    nodes = [
        node("Split", ["boxes", "parts"], ["flat0", "extras"], axis=1),
        node("Reshape", ["flat0", "square"], ["pictures"]),
        node("Conv", ["pictures", "w1", "b1"], ["z1"], strides=[2, 2], pads=[2, 2, 2, 2]),
        node("Relu", ["z1"], ["a1"]),
        node("Conv", ["a1", "w2", "b2"], ["z2"], strides=[2, 2], pads=[1, 1, 1, 1]),
        node("Relu", ["z2"], ["a2"]),
        node("Flatten", ["a2"], ["flat2"]),
        node("Concat", ["flat2", "extras"], ["both"], axis=1),
        node("Gemm", ["both", "w3", "b3"], ["z3"]),
        node("Relu", ["z3"], ["a3"]),
        node("Gemm", ["a3", "w4", "b4"], ["z4"]),
        node("Softmax", ["z4"], ["looks"], axis=1),
    ]
    graph = helper.make_graph(
        nodes, "marks",
        [helper.make_tensor_value_info("boxes", TensorProto.FLOAT, ["n", PICTURES + extras])],
        [helper.make_tensor_value_info("looks", TensorProto.FLOAT, ["n", LOOKS])],
        [numpy_helper.from_array(np.ascontiguousarray(v), name) for name, v in tensors.items()],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    out.write_bytes(model.SerializeToString())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--odkscan", type=Path)
    parser.add_argument("--out", type=Path, default=Path("formscan/extract/models/marks.onnx"))
    options = parser.parse_args()
    data = np.load(options.data / "train.npz")
    seen = left_a_trace(data["inputs"], data["looks"])
    real = real_boxes(options.odkscan) if options.odkscan else None
    net = train(data["inputs"][seen], data["looks"][seen], real)
    export(net, options.out)
    print(f"{options.out}: {options.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
