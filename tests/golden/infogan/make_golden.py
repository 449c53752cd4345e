"""Golden values of InfoGAN's networks (arXiv 1606.03657, appendix C.5, with 16 channels, 32 units and images of 16 pixels).
Run in this folder: python3 make_golden.py

Stride 1 with TensorFlow's padding SAME is written as explicit padding; its transposed form is a convolution too.
"""
import json
import os
import sys

import torch
from torch import nn
from torch.nn import functional as F

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ssd"))
from formula import fill, summary, uniform  # noqa: E402

torch.set_num_threads(1)
SIDE, INPUTS, CODES = 16, 128 + 60 + 1, 60 + 2


class Dense(nn.Module):
    def __init__(self, inputs, outputs, norm=True):
        super().__init__()
        self.dense = nn.Linear(inputs, outputs)
        if norm:
            self.norm = nn.BatchNorm1d(outputs)

    def forward(self, x):
        x = self.dense(x)
        return self.norm(x) if hasattr(self, "norm") else x


class Down(nn.Module):
    def __init__(self, inputs, outputs, stride=2, norm=True):
        super().__init__()
        self.stride = stride
        self.conv = nn.Conv2d(inputs, outputs, 4, stride)
        if norm:
            self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        x = self.conv(F.pad(x, (1, 1, 1, 1) if self.stride == 2 else (1, 2, 1, 2)))
        return self.norm(x) if hasattr(self, "norm") else x


class Up(nn.Module):
    def __init__(self, inputs, outputs, stride=2, norm=True):
        super().__init__()
        self.stride = stride
        self.conv = nn.ConvTranspose2d(inputs, outputs, 4, 2, 1) if stride == 2 else nn.Conv2d(inputs, outputs, 4)
        if norm:
            self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        x = self.conv(x if self.stride == 2 else F.pad(x, (2, 1, 2, 1)))
        return self.norm(x) if hasattr(self, "norm") else x


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.dense = nn.ModuleList([Dense(INPUTS, 32), Dense(32, 16 * 2 * 2)])
        self.up = nn.ModuleList([Up(16, 16, 1), Up(16, 16, 1), Up(16, 16), Up(16, 16), Up(16, 1, norm=False)])

    def forward(self, x):
        for layer in self.dense:
            x = torch.relu(layer(x))
        x = x.view(len(x), 16, 2, 2)
        for layer in self.up[:-1]:
            x = torch.relu(layer(x))
        return torch.tanh(self.up[-1](x))


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.ModuleList([Down(1, 16, norm=False), Down(16, 16), Down(16, 16), Down(16, 16, 1), Down(16, 16, 1)])
        self.dense = Dense(16 * 2 * 2, 32, norm=False)
        self.realness = nn.Linear(32, 1)
        self.codes = nn.Linear(32, CODES)

    def forward(self, x):
        for layer in self.down:
            x = F.leaky_relu(layer(x), 0.1)
        x = F.leaky_relu(self.dense(x.flatten(1)), 0.1)
        return self.realness(x).flatten(), self.codes(x)


class InfoGan(nn.Module):
    def __init__(self):
        super().__init__()
        self.generator = Generator()
        self.discriminator = Discriminator()


with torch.no_grad():
    network = fill(InfoGan())
golden = {}
for mode in ("evaluation", "training"):
    network.train(mode == "training")
    images = network.generator(uniform("inputs", 4, INPUTS))
    realness, codes = network.discriminator(uniform("image", 4, 1, SIDE, SIDE))
    golden[mode] = {"images": summary(images), "realness": summary(realness, 4), "codes": summary(codes)}
with open("networks.json", "w") as file:
    json.dump(golden, file, indent=1)
