#!/usr/bin/python3
"""Writes golden-values.json: what the layers and networks of core/network must compute, from PyTorch in float64.

Run by hand (Debian's python3-torch), never by the tests:  /usr/bin/python3 make-golden-values.py
Inputs, parameters, tangents and gradients are not stored: both sides make them with `pattern`.
"""

import json
import math
import pathlib
import platform

import torch
import torch.nn.functional as F
from torch.autograd.functional import jvp

PRIME = 65537


def pattern(shape, salt, scale=1.0):
    """Numbers in [-scale, scale], rounded to float32; test/factories/pattern.ts computes the very same."""
    values = []
    for i in range(math.prod(shape)):
        t = (i * 7919 + salt * 10007 + 31) % PRIME
        t = (t * t + 3 * t + salt) % PRIME
        t = (t * t + i) % PRIME
        values.append((2.0 * t / PRIME - 1.0) * scale)
    return torch.tensor(values, dtype=torch.float64).float().double().reshape(shape)


def pad_same(x, size, stride, value):
    """TensorFlow's `same` padding of [B, C, H, W]: the odd pixel goes behind."""
    pads = []
    for length in (x.shape[3], x.shape[2]):
        total = max(0, (-(-length // stride) - 1) * stride + size - length)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads, value=value)


def images(function):
    """Lets a function of [B, C, H, W] work on [B, H, W, C]."""
    return lambda x, *p: function(x.permute(0, 3, 1, 2), *p).permute(0, 2, 3, 1)


def convolution(size, stride, padding):
    def apply(x, kernel, bias=None):
        x = pad_same(x, size, stride, 0.0) if padding == "same" else x
        return F.conv2d(x, kernel.permute(3, 2, 0, 1), bias, stride)

    return images(apply)


def max_pooling(size, stride, padding):
    def apply(x):
        x = pad_same(x, size, stride, -1e30) if padding == "same" else x
        return F.max_pool2d(x, size, stride)

    return images(apply)


def average_pooling(size, stride):
    return images(lambda x: F.avg_pool2d(x, size, stride))


def group_norm(groups):
    return images(lambda x, scale, offset: F.group_norm(x, groups, scale, offset, 1e-5))


def dense(x, kernel, bias):
    return x @ kernel + bias


def residual(shortcut_parameters):
    same = convolution(3, 1, "same")
    halved = convolution(3, 2, "same")

    def apply(x, *p):
        body = (halved if shortcut_parameters else same)(x, p[0], p[1])
        body = same(F.relu(body), p[2], p[3])
        return body + (convolution(1, 2, "same")(x, p[4]) if shortcut_parameters else x)

    return apply


# name: (function, input shape, parameter shapes)
LAYERS = {
    "dense": (dense, [4, 5], [[5, 3], [3]]),
    "relu": (F.relu, [3, 7], []),
    "flatten": (lambda x: x.reshape(x.shape[0], -1), [2, 3, 2, 2], []),
    "convolution same": (convolution(3, 1, "same"), [2, 5, 6, 3], [[3, 3, 3, 4], [4]]),
    "convolution same stride 2, even": (convolution(3, 2, "same"), [2, 6, 6, 2], [[3, 3, 2, 3], [3]]),
    "convolution same stride 2, odd": (convolution(3, 2, "same"), [2, 7, 5, 2], [[3, 3, 2, 3], [3]]),
    "convolution valid": (convolution(3, 1, "valid"), [2, 5, 5, 2], [[3, 3, 2, 3], [3]]),
    "convolution valid stride 2, pixels left over": (convolution(3, 2, "valid"), [2, 6, 8, 2], [[3, 3, 2, 3]]),
    "convolution 5x5 same": (convolution(5, 1, "same"), [1, 6, 6, 2], [[5, 5, 2, 2], [2]]),
    "convolution 1x1 stride 2": (convolution(1, 2, "same"), [2, 5, 4, 3], [[1, 1, 3, 2]]),
    "max pooling 2/2": (max_pooling(2, 2, "valid"), [2, 5, 6, 2], []),
    "max pooling 3/2 same": (max_pooling(3, 2, "same"), [2, 6, 7, 2], []),
    "max pooling 3/2 valid": (max_pooling(3, 2, "valid"), [2, 7, 7, 3], []),
    "average pooling 2/2": (average_pooling(2, 2), [2, 6, 4, 3], []),
    "average pooling 3/2": (average_pooling(3, 2), [2, 7, 7, 2], []),
    "global average pooling": (lambda x: x.mean((1, 2)), [2, 3, 4, 5], []),
    "group norm": (group_norm(2), [2, 3, 4, 6], [[6], [6]]),
    "group norm, one channel a group": (group_norm(4), [2, 3, 3, 4], [[4], [4]]),
    "residual": (residual(False), [2, 4, 4, 2], [[3, 3, 2, 2], [2], [3, 3, 2, 2], [2]]),
    "residual with shortcut": (
        residual(True),
        [2, 4, 4, 2],
        [[3, 3, 2, 3], [3], [3, 3, 3, 3], [3], [1, 1, 2, 3]],
    ),
}


def head(x, k1, b1, k2, b2):
    return dense(F.relu(dense(x, k1, b1)), k2, b2)


def lenet(x, *p):
    for stage in range(3):
        x = convolution(5, 1, "same")(x, p[2 * stage], p[2 * stage + 1])
        x = F.relu(max_pooling(3, 2, "same")(x))
    return head(x.reshape(x.shape[0], -1), *p[6:])


def small_cnn(strides):
    def apply(x, *p):
        for i in range(6):
            x = convolution(3, strides[i], "same")(x, p[3 * i])
            x = F.relu(group_norm(8)(x, p[3 * i + 1], p[3 * i + 2]))
            if i in (1, 3):
                x = max_pooling(2, 2, "valid")(x)
        return dense(x.mean((1, 2)), p[18], p[19])

    return apply


def small_cnn_shapes(widths, classes):
    shapes, channels = [], 3
    for width in [w for w in widths for _ in range(2)]:
        shapes += [[3, 3, channels, width], [width], [width]]
        channels = width
    return shapes + [[channels, classes], [classes]]


LENET_SHAPES = [[5, 5, 3, 16], [16], [5, 5, 16, 32], [32], [5, 5, 32, 64], [64], [1024, 100], [100], [100, 3], [3]]

NETWORKS = {
    "head": (head, [4, 20], [[20, 256], [256], [256, 3], [3]]),
    "lenet": (lenet, [1, 28, 28, 3], LENET_SHAPES),
    "small-cnn": (small_cnn([1] * 6), [1, 28, 28, 3], small_cnn_shapes([16, 32, 64], 3)),
    "small-cnn, 48 pixels": (small_cnn([2, 1, 1, 1, 1, 1]), [2, 48, 48, 3], small_cnn_shapes([24, 48, 96], 3)),
    "small-cnn, 96 pixels": (small_cnn([2, 2, 1, 1, 1, 1]), [1, 96, 96, 3], small_cnn_shapes([24, 48, 96], 3)),
}


def parameter_scale(shape):
    """Keeps activations of deep networks near one."""
    return 1.0 if len(shape) == 1 else math.sqrt(3.0 / math.prod(shape[:-1]))


def three_passes(function, input_shape, parameter_shapes):
    x = pattern(input_shape, 1)
    parameters = [pattern(s, 10 + i, parameter_scale(s)) for i, s in enumerate(parameter_shapes)]
    x_tangent = pattern(input_shape, 2)
    tangents = [pattern(s, 50 + i, parameter_scale(s)) for i, s in enumerate(parameter_shapes)]
    inputs = [x, *parameters]
    output, tangent = jvp(function, tuple(inputs), tuple([x_tangent, *tangents]))
    _, parameter_tangent = jvp(function, tuple(inputs), tuple([torch.zeros_like(x), *tangents]))
    leaves = [t.clone().requires_grad_(True) for t in inputs]
    output_gradient = pattern(list(output.shape), 3)
    gradients = torch.autograd.grad((function(*leaves) * output_gradient).sum(), leaves)
    return output, tangent, parameter_tangent, gradients


def numbers(tensor):
    return [float(f"{v:.9g}") for v in tensor.detach().reshape(-1).tolist()]


def layer_case(name, function, input_shape, parameter_shapes):
    output, tangent, _, gradients = three_passes(function, input_shape, parameter_shapes)
    return {
        "name": name,
        "outputShape": list(output.shape),
        "output": numbers(output),
        "tangent": numbers(tangent),
        "inputGradient": numbers(gradients[0]),
        "parameterGradients": [numbers(g) for g in gradients[1:]],
    }


def network_case(name, function, input_shape, parameter_shapes):
    """Gradients are too many to store: each parameter's norm, and its product with a pattern, stand for them."""
    output, _, tangent, gradients = three_passes(function, input_shape, parameter_shapes)
    probes = [pattern(s, 90 + i) for i, s in enumerate(parameter_shapes)]
    return {
        "name": name,
        "inputShape": input_shape,
        "logits": numbers(output),
        "tangent": numbers(tangent),
        "gradientNorms": [float(f"{g.norm().item():.9g}") for g in gradients[1:]],
        "gradientProducts": [float(f"{(g * q).sum().item():.9g}") for g, q in zip(gradients[1:], probes)],
        "exampleGradientNorms": example_norms(function, input_shape, parameter_shapes, output.shape),
    }


def example_norms(function, input_shape, parameter_shapes, output_shape):
    """Norm of each example's gradient over all parameters, and over the last two (kernel and bias of the last layer)."""
    x = pattern(input_shape, 1)
    errors = pattern(list(output_shape), 3)
    parameters = [
        pattern(s, 10 + i, parameter_scale(s)).requires_grad_(True) for i, s in enumerate(parameter_shapes)
    ]
    every, last = [], []
    for b in range(input_shape[0]):
        gradients = torch.autograd.grad((function(x[b : b + 1], *parameters) * errors[b : b + 1]).sum(), parameters)
        squares = [(g * g).sum().item() for g in gradients]
        every.append(float(f"{math.sqrt(sum(squares)):.9g}"))
        last.append(float(f"{math.sqrt(sum(squares[-2:])):.9g}"))
    return {"all": every, "lastLayer": last}


def cross_entropy_case(name, logits, targets):
    logits = logits.requires_grad_(True)
    losses = -(targets * F.log_softmax(logits, 1)).sum(1)
    (errors,) = torch.autograd.grad(losses.sum(), logits)
    return {
        "name": name,
        "logits": numbers(logits),
        "targets": numbers(targets),
        "losses": numbers(losses),
        "probabilities": numbers(F.softmax(logits, 1)),
        "errors": numbers(errors),
    }


def main():
    one_hot = F.one_hot(torch.tensor([0, 2, 1, 3]), 4).double()
    values = {
        "madeWith": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "dtype": "float64",
            "script": "make-golden-values.py",
        },
        "layers": [layer_case(name, *case) for name, case in LAYERS.items()],
        "networks": [network_case(name, *case) for name, case in NETWORKS.items()],
        "crossEntropy": [
            cross_entropy_case("one-hot", pattern([4, 4], 5, 3.0), one_hot),
            cross_entropy_case("one-hot, large logits", pattern([4, 4], 6, 300.0), one_hot),
            cross_entropy_case("soft", pattern([4, 4], 7, 3.0), F.softmax(pattern([4, 4], 8, 2.0), 1)),
        ],
    }
    target = pathlib.Path(__file__).parents[3] / "src-main/engines/self-check/reference-values.json"
    target.write_text(json.dumps(values, separators=(",", ":")) + "\n")
    print(target, target.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
