#!/usr/bin/python3
"""Writes residual-values.json: batch normalisation and the residual networks in training mode, from PyTorch in float64.

Run by hand like make-golden-values.py, whose patterns and passes it uses:  /usr/bin/python3 make-residual-values.py
Parameters are in the order of core/network, running statistics included: they take part in nothing here, so their gradients are zero.
"""

import importlib.util
import json
import pathlib

import torch
import torch.nn.functional as F

here = pathlib.Path(__file__).parent
spec = importlib.util.spec_from_file_location("golden", here / "make-golden-values.py")
golden = importlib.util.module_from_spec(spec)
spec.loader.exec_module(golden)


class Parameters:
    """Hands out parameters in order, and keeps every one of them in the graph."""

    def __init__(self, tensors):
        self.tensors = list(tensors)
        self.unused = 0.0

    def take(self):
        return self.tensors.pop(0)

    def convolution(self, x, size, stride=1):
        return golden.convolution(size, stride, "same")(x, self.take())

    def norm(self, x):
        scale, offset = self.take(), self.take()
        self.unused = self.unused + 0.0 * (self.take().sum() + self.take().sum())
        flat = x.reshape(-1, x.shape[-1])
        mean = flat.mean(0)
        variance = ((flat - mean) ** 2).mean(0)
        return (x - mean) / torch.sqrt(variance + 1e-5) * scale + offset

    def dense(self, x):
        return golden.dense(x, self.take(), self.take()) + self.unused


def batch_norm(x, *p):
    q = Parameters(p)
    return q.norm(x) + q.unused


def channel_padding(x):
    x = x[:, ::2, ::2, :]
    return F.pad(x, (1, 2))


def basic_block(q, x, width, stride, is_padded):
    """relu(norm(conv(relu(norm(conv(x))))) + shortcut(x))"""
    y = F.relu(q.norm(q.convolution(x, 3, stride)))
    y = q.norm(q.convolution(y, 3))
    channels = x.shape[-1]
    if stride > 1 or channels != width:
        if is_padded:
            before = (width - channels) // 2
            x = F.pad(x[:, ::stride, ::stride, :], (before, width - channels - before))
        else:
            x = q.norm(q.convolution(x, 1, stride))
    return F.relu(y + x)


def resnet(widths, blocks, is_padded, is_large=False):
    def apply(x, *p):
        q = Parameters(p)
        x = F.relu(q.norm(q.convolution(x, 7 if is_large else 3, 2 if is_large else 1)))
        if is_large:
            x = golden.max_pooling(3, 2, "same")(x)
        for stage, width in enumerate(widths):
            for block in range(blocks):
                x = basic_block(q, x, width, 2 if stage > 0 and block == 0 else 1, is_padded)
        return q.dense(x.mean((1, 2)))

    return apply


def wide_block(q, x, width, stride):
    changes = stride > 1 or x.shape[-1] != width
    y = F.relu(q.norm(x))
    first = q.convolution(y, 3, stride)
    body = q.convolution(F.relu(q.norm(first)), 3)
    return body + (q.convolution(y, 1, stride) if changes else x)


def wide_resnet(widths, blocks):
    def apply(x, *p):
        q = Parameters(p)
        x = q.convolution(x, 3)
        for stage, width in enumerate(widths):
            for block in range(blocks):
                x = wide_block(q, x, width, 2 if stage > 0 and block == 0 else 1)
        return q.dense(F.relu(q.norm(x)).mean((1, 2)))

    return apply


def norm_shapes(channels):
    return [[channels]] * 4


def resnet_shapes(widths, blocks, is_padded, classes, stem=3):
    shapes = [[stem, stem, 3, widths[0]], *norm_shapes(widths[0])]
    channels = widths[0]
    for stage, width in enumerate(widths):
        for block in range(blocks):
            shapes += [[3, 3, channels, width], *norm_shapes(width), [3, 3, width, width], *norm_shapes(width)]
            if not is_padded and (channels != width or (stage > 0 and block == 0)):
                shapes += [[1, 1, channels, width], *norm_shapes(width)]
            channels = width
    return shapes + [[channels, classes], [classes]]


def wide_shapes(widths, blocks, classes):
    shapes, channels = [[3, 3, 3, 16]], 16
    for stage, width in enumerate(widths):
        for block in range(blocks):
            changes = channels != width or (stage > 0 and block == 0)
            shapes += [*norm_shapes(channels), [3, 3, channels, width], *norm_shapes(width), [3, 3, width, width]]
            shapes += [[1, 1, channels, width]] if changes else []
            channels = width
    return shapes + [*norm_shapes(channels), [channels, classes], [classes]]


LAYERS = {
    "batch norm": (batch_norm, [3, 3, 2, 4], norm_shapes(4)),
    "batch norm, one example": (batch_norm, [1, 4, 3, 2], norm_shapes(2)),
    "channel padding": (channel_padding, [2, 5, 4, 3], []),
}

NETWORKS = {
    "resnet-32, width 4": (resnet([4, 8, 16], 5, True), [4, 12, 12, 3], resnet_shapes([4, 8, 16], 5, True, 3)),
    "resnet-18, width 4": (
        resnet([4, 8, 16, 32], 2, False),
        [4, 16, 16, 3],
        resnet_shapes([4, 8, 16, 32], 2, False, 3),
    ),
    "resnet-18, width 2, 64 pixels": (
        resnet([2, 4, 8, 16], 2, False, True),
        [4, 64, 64, 3],
        resnet_shapes([2, 4, 8, 16], 2, False, 3, 7),
    ),
    "wrn-16-1": (wide_resnet([16, 32, 64], 2), [3, 8, 8, 3], wide_shapes([16, 32, 64], 2, 3)),
}


def network_case(name, function, input_shape, parameter_shapes):
    """As in make-golden-values.py, but for the gradients of single examples: here an example has none of its own."""
    output, _, tangent, gradients = golden.three_passes(function, input_shape, parameter_shapes)
    probes = [golden.pattern(s, 90 + i) for i, s in enumerate(parameter_shapes)]
    return {
        "name": name,
        "inputShape": input_shape,
        "logits": golden.numbers(output),
        "tangent": golden.numbers(tangent),
        "gradientNorms": [float(f"{g.norm().item():.9g}") for g in gradients[1:]],
        "gradientProducts": [float(f"{(g * q).sum().item():.9g}") for g, q in zip(gradients[1:], probes)],
    }


if __name__ == "__main__":
    values = {
        "madeWith": {"torch": torch.__version__, "dtype": "float64", "script": "make-residual-values.py"},
        "layers": [golden.layer_case(name, *case) for name, case in LAYERS.items()],
        "networks": [network_case(name, *case) for name, case in NETWORKS.items()],
    }
    target = here / "residual-values.json"
    target.write_text(json.dumps(values, separators=(",", ":")) + "\n")
    print(target, target.stat().st_size, "bytes")
