"""Golden values of the Self-Attention GAN's networks, transcribed from the authors' program (TensorFlow) onto torch's spectral_norm.

Run in this folder: python3 make_networks.py
"""
import json
import sys

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import spectral_norm

sys.path.insert(0, "../ssd")
from formula import fill, summary, uniform  # noqa: E402

torch.set_num_threads(1)

SIDE, NOISE, CLASSES = 32, 12, 3
GENERATOR, DISCRIMINATOR, HALVINGS, ATTENTION = [32, 24, 16, 8], [16, 32, 32, 48], 3, 16


def conv(inputs, outputs, kernel, bias=True):
    return spectral_norm(nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=bias))


class SelfAttention(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.theta, self.phi = conv(channels, channels // 8, 1, False), conv(channels, channels // 8, 1, False)
        self.g, self.o = conv(channels, channels // 2, 1, False), conv(channels // 2, channels, 1, False)
        self.gamma = nn.Parameter(torch.zeros(()))

    def forward(self, x):
        n, c, h, w = x.shape
        theta = self.theta(x).view(n, c // 8, h * w).permute(0, 2, 1)
        phi = functional.max_pool2d(self.phi(x), 2).view(n, c // 8, h * w // 4)
        g = functional.max_pool2d(self.g(x), 2).view(n, c // 2, h * w // 4).permute(0, 2, 1)
        self.attention = torch.softmax(theta @ phi, dim=-1)
        found = (self.attention @ g).permute(0, 2, 1).reshape(n, c // 2, h, w)
        return self.gamma * self.o(found) + x


class ConditionalBatchNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(classes, channels)), nn.Parameter(torch.zeros(classes, channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def forward(self, x, y):
        x = functional.batch_norm(x, self.running_mean, self.running_var, training=self.training, momentum=0.1, eps=1e-5)
        return x * self.weight[y][:, :, None, None] + self.bias[y][:, :, None, None]


class GeneratorBlock(nn.Module):
    def __init__(self, classes, inputs, outputs):
        super().__init__()
        self.cbn_0, self.snconv1 = ConditionalBatchNorm(classes, inputs), conv(inputs, outputs, 3)
        self.cbn_1, self.snconv2 = ConditionalBatchNorm(classes, outputs), conv(outputs, outputs, 3)
        self.snconv3 = conv(inputs, outputs, 1)

    def forward(self, x, y):
        h = functional.interpolate(torch.relu(self.cbn_0(x, y)), scale_factor=2)
        h = self.snconv2(torch.relu(self.cbn_1(self.snconv1(h), y)))
        return h + self.snconv3(functional.interpolate(x, scale_factor=2))


class Generator(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.snh0 = spectral_norm(nn.Linear(NOISE, GENERATOR[0] * 16))
        for i, (inputs, outputs) in enumerate(zip(GENERATOR, GENERATOR[1:])):
            setattr(self, f"block{i + 1}", GeneratorBlock(max(1, classes), inputs, outputs))
        self.non_local = SelfAttention(GENERATOR[2])
        self.bn, self.snconv_last = ConditionalBatchNorm(1, GENERATOR[-1]), conv(GENERATOR[-1], 1, 3)

    def forward(self, z, y):
        x = self.snh0(z).view(len(z), -1, 4, 4)
        zero = torch.zeros(len(z), dtype=torch.long)
        for i in range(len(GENERATOR) - 1):
            x = getattr(self, f"block{i + 1}")(x, zero if y is None else y)
            if x.shape[-1] == ATTENTION:
                x = self.non_local(x)
        return torch.tanh(self.snconv_last(torch.relu(self.bn(x, zero))))


class FirstBlock(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.sn_conv1, self.sn_conv2, self.sn_conv3 = conv(inputs, outputs, 3), conv(outputs, outputs, 3), conv(inputs, outputs, 1)

    def forward(self, x):
        h = functional.avg_pool2d(self.sn_conv2(torch.relu(self.sn_conv1(x))), 2)
        return h + self.sn_conv3(functional.avg_pool2d(x, 2))


class Block(nn.Module):
    def __init__(self, inputs, outputs, down):
        super().__init__()
        self.down = down
        self.sn_conv1, self.sn_conv2 = conv(inputs, outputs, 3), conv(outputs, outputs, 3)
        if down or inputs != outputs:
            self.sn_conv3 = conv(inputs, outputs, 1)

    def forward(self, x):
        h = self.sn_conv2(torch.relu(self.sn_conv1(torch.relu(x))))
        if self.down:
            return functional.avg_pool2d(h, 2) + functional.avg_pool2d(self.sn_conv3(x), 2)
        return h + (self.sn_conv3(x) if hasattr(self, "sn_conv3") else x)


class Discriminator(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.optimized_block1 = FirstBlock(1, DISCRIMINATOR[0])
        for i, (inputs, outputs) in enumerate(zip(DISCRIMINATOR, DISCRIMINATOR[1:])):
            setattr(self, f"block{i + 2}", Block(inputs, outputs, i + 1 < HALVINGS))
        self.non_local = SelfAttention(DISCRIMINATOR[0])
        self.sn_linear = spectral_norm(nn.Linear(DISCRIMINATOR[-1], 1))
        if classes:
            self.sn_embedding = spectral_norm(nn.Embedding(classes, DISCRIMINATOR[-1]))

    def forward(self, x, y):
        x = self.non_local(self.optimized_block1(x))
        for i in range(len(DISCRIMINATOR) - 1):
            x = getattr(self, f"block{i + 2}")(x)
        h = torch.relu(x).sum((2, 3))
        out = self.sn_linear(h).squeeze(1)
        return out if y is None else out + (self.sn_embedding(y) * h).sum(1)


def golden(classes):
    generator, discriminator = Generator(classes), Discriminator(classes)
    with torch.no_grad():
        fill(generator, {"non_local.gamma": 20.0})
        fill(discriminator, {"non_local.gamma": 20.0})
    z, real = uniform("noise", 4, NOISE), uniform("real", 4, 1, SIDE, SIDE)
    y = torch.tensor([0, 2, 1, 2]) if classes else None
    generator.train(), discriminator.train()
    fake = generator(z, y)
    attention = generator.non_local.attention
    logits = discriminator(torch.cat([real, fake]), None if y is None else torch.cat([y, y]))
    loss = torch.relu(1 - logits[:4]).mean() + torch.relu(1 + logits[4:]).mean()
    loss.backward()
    found = {
        "training": summary(fake), "attention": summary(attention), "logits": logits.tolist(), "loss": loss.item(),
        "gradients": {name: summary(parameter.grad, 16) for name, parameter in [
            ("generator.block1.snconv1.weight_orig", generator.block1.snconv1.weight_orig),
            ("generator.block2.cbn_0.weight", generator.block2.cbn_0.weight),
            ("generator.non_local.theta.weight_orig", generator.non_local.theta.weight_orig),
            ("discriminator.block2.sn_conv3.weight_orig", discriminator.block2.sn_conv3.weight_orig),
            ("discriminator.non_local.o.weight_orig", discriminator.non_local.o.weight_orig)]}}
    generator.eval(), discriminator.eval()
    with torch.no_grad():
        fake = generator(z, y)
        found["evaluation"] = summary(fake)
        found["evaluation logits"] = discriminator(fake, y).tolist()
    found["keys"] = sorted(f"{owner}.{name}" for owner, network in (("generator", generator), ("discriminator", discriminator)) for name in network.state_dict())
    return found


with open("networks.json", "w") as file:
    json.dump({"conditional": golden(CLASSES), "unconditional": golden(0)}, file, indent=1)
