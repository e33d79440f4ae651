"""The same steps in PyTorch, one per line of standard input: `plain`, `double <M>`. Answers with milliseconds, one per line.

double: the L2RW step by double backward, as all public code does it (Ren et al. 2018, Algorithm 1, by automatic
differentiation). The network is core/network/networks/small-cnn.ts for 32 x 32 images; memory is channels last.
"""

import sys
import time
import warnings

warnings.filterwarnings("ignore")
import torch
import torch.nn.functional as F
from torch.func import functional_call

BATCH, CLASSES, RATE = int(sys.argv[1]), 10, 0.01


def stage(inputs, outputs, pooled):
    layers = []
    for part, channels in enumerate((inputs, outputs)):
        layers += [torch.nn.Conv2d(channels, outputs, 3, padding=1, bias=False), torch.nn.GroupNorm(8, outputs)]
        if pooled and part == 1:
            layers.append(torch.nn.MaxPool2d(2))
        layers.append(torch.nn.ReLU())
    return layers


network = torch.nn.Sequential(
    *stage(3, 16, True), *stage(16, 32, True), *stage(32, 64, False),
    torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(64, CLASSES),
).to(memory_format=torch.channels_last)
optimiser = torch.optim.SGD(network.parameters(), lr=RATE, momentum=0.9)


def batch(size):
    images = torch.randn(size, 3, 32, 32).contiguous(memory_format=torch.channels_last)
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
