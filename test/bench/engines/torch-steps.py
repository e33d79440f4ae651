"""The same steps in PyTorch, one per line of standard input: `plain`, `double <M>`. Answers with milliseconds, one per line.

double: the L2RW step by double backward, as all public code does it (Ren et al. 2018, Algorithm 1, by automatic
differentiation). The networks are those of core/network/networks, small-cnn and resnet-32; memory is channels last.
"""

import sys
import time
import warnings

warnings.filterwarnings("ignore")
import torch
import torch.nn.functional as F
from torch.func import functional_call

BATCH, NAME, SIDE, CLASSES, RATE = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), 10, 0.01


def stage(inputs, outputs, pooled, strides=(1, 1)):
    layers = []
    for part, channels in enumerate((inputs, outputs)):
        convolution = torch.nn.Conv2d(channels, outputs, 3, stride=strides[part], padding=1, bias=False)
        layers += [convolution, torch.nn.GroupNorm(8, outputs)]
        if pooled and part == 1:
            layers.append(torch.nn.MaxPool2d(2))
        layers.append(torch.nn.ReLU())
    return layers


class Block(torch.nn.Module):
    """relu(norm(conv(relu(norm(conv(x))))) + shortcut(x)); the shortcut takes every other pixel and pads channels with zeros."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.stride, self.added = (2 if inputs != outputs else 1), outputs - inputs
        self.conv1 = torch.nn.Conv2d(inputs, outputs, 3, stride=self.stride, padding=1, bias=False)
        self.norm1 = torch.nn.BatchNorm2d(outputs, track_running_stats=False)
        self.conv2 = torch.nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.norm2 = torch.nn.BatchNorm2d(outputs, track_running_stats=False)

    def forward(self, x):
        body = self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x)))))
        if self.stride == 2:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.added // 2, self.added - self.added // 2))
        return F.relu(body + x)


def small_cnn():
    widths = (24, 48, 96) if SIDE > 40 else (16, 32, 64)
    strides = (2 if SIDE > 40 else 1, 2 if SIDE > 80 else 1)
    return stage(3, widths[0], True, strides) + stage(widths[0], widths[1], True) + stage(widths[1], widths[2], False)


def resnet_32():
    layers = [torch.nn.Conv2d(3, 16, 3, padding=1, bias=False), torch.nn.BatchNorm2d(16, track_running_stats=False)]
    layers.append(torch.nn.ReLU())
    for inputs, outputs in ((16, 16), (16, 32), (32, 64)):
        layers += [Block(inputs if block == 0 else outputs, outputs) for block in range(5)]
    return layers


body = resnet_32() if NAME == "resnet-32" else small_cnn()
width = 64 if NAME == "resnet-32" or SIDE <= 40 else 96
network = torch.nn.Sequential(
    *body, torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(width, CLASSES)
).to(memory_format=torch.channels_last)
optimiser = torch.optim.SGD(network.parameters(), lr=RATE, momentum=0.9)


def batch(size):
    images = torch.randn(size, 3, SIDE, SIDE).contiguous(memory_format=torch.channels_last)
    return images, torch.arange(size) % CLASSES


def descend(loss):
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


def plain(images, labels):
    descend(F.cross_entropy(network(images), labels))


def double(images, labels, trusted_images, trusted_labels):
    parameters = dict(network.named_parameters())
    epsilon = torch.zeros(len(labels), requires_grad=True)
    losses = F.cross_entropy(functional_call(network, parameters, (images,)), labels, reduction="none")
    gradients = torch.autograd.grad((losses * epsilon).sum(), list(parameters.values()), create_graph=True)
    ahead = {name: value - RATE * gradient for (name, value), gradient in zip(parameters.items(), gradients)}
    trusted_loss = F.cross_entropy(functional_call(network, ahead, (trusted_images,)), trusted_labels)
    weights = torch.relu(-torch.autograd.grad(trusted_loss, epsilon)[0])
    weights = weights / weights.sum().clamp_min(1e-12)
    descend((F.cross_entropy(network(images), labels, reduction="none") * weights.detach()).sum())


train, trusted = batch(BATCH), {}
print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads", flush=True)
for line in sys.stdin:
    name, *arguments = line.split()
    if name == "double":
        size = int(arguments[0])
        trusted.setdefault(size, batch(size))
    started = time.perf_counter()
    if name == "plain":
        plain(*train)
    else:
        double(*train, *trusted[size])
    print(1000 * (time.perf_counter() - started), flush=True)
