"""The small Self-Attention GAN of 32 pixels (arXiv 1805.08318, sizes as in the authors' code with narrower layers) in PyTorch's eager mode, as a peer
(see peer.py): one update of the discriminator and one of the generator, and generation.

Usage: sagan.py small float32|bfloat16 BATCH THREADS
"""
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import spectral_norm

from peer import serve

CLASSES, NOISE, SIDE, COLOURS, FIRST, ATTENTION = 10, 128, 32, 1, 4, 16
GENERATOR, DISCRIMINATOR, HALVINGS = (128, 64, 32, 32), (32, 64, 64, 64), 3


def normalised(layer):
    nn.init.xavier_uniform_(layer.weight)
    if getattr(layer, "bias", None) is not None:
        nn.init.zeros_(layer.bias)
    return spectral_norm(layer)


def convolution(inputs, outputs, kernel, bias=True):
    return normalised(nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=bias))


def doubled(x):
    return F.interpolate(x, scale_factor=2)


class ConditionalNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.scale, self.shift = nn.Embedding(CLASSES, channels), nn.Embedding(CLASSES, channels)
        nn.init.ones_(self.scale.weight)
        nn.init.zeros_(self.shift.weight)

    def forward(self, x, classes):
        scale, shift = (table(classes)[:, :, None, None].to(x.dtype) for table in (self.scale, self.shift))
        return self.norm(x) * scale + shift


class Attention(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.theta, self.phi = (convolution(channels, channels // 8, 1, bias=False) for _ in range(2))
        self.g, self.o = convolution(channels, channels // 2, 1, bias=False), convolution(channels // 2, channels, 1, bias=False)
        self.gamma = nn.Parameter(torch.zeros(()))

    def forward(self, x):
        queries, keys, values = self.theta(x).flatten(2), F.max_pool2d(self.phi(x), 2).flatten(2), F.max_pool2d(self.g(x), 2).flatten(2)
        weights = torch.bmm(queries.transpose(1, 2), keys).softmax(-1, torch.float32)
        found = torch.bmm(values, weights.to(values.dtype).transpose(1, 2)).view(x.shape[0], -1, *x.shape[2:])
        return x + self.gamma.to(x.dtype) * self.o(found)


class GeneratorBlock(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.norm1, self.norm2 = ConditionalNorm(inputs), ConditionalNorm(outputs)
        self.conv1, self.conv2, self.skip = convolution(inputs, outputs, 3), convolution(outputs, outputs, 3), convolution(inputs, outputs, 1)

    def forward(self, x, classes):
        h = self.conv1(doubled(self.norm1(x, classes).relu()))
        return self.conv2(self.norm2(h, classes).relu()) + doubled(self.skip(x))


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = normalised(nn.Linear(NOISE, GENERATOR[0] * FIRST * FIRST))
        self.blocks = nn.ModuleList(GeneratorBlock(*pair) for pair in zip(GENERATOR, GENERATOR[1:]))
        self.attention = Attention(GENERATOR[2])
        self.norm = nn.BatchNorm2d(GENERATOR[-1])
        self.last = convolution(GENERATOR[-1], COLOURS, 3)

    def forward(self, noise, classes):
        x = self.first(noise).view(len(noise), -1, FIRST, FIRST)
        for block in self.blocks:
            x = block(x, classes)
            if x.shape[2] == ATTENTION:
                x = self.attention(x)
        return self.last(self.norm(x).relu()).float().tanh()


class DiscriminatorBlock(nn.Module):
    def __init__(self, inputs, outputs, halves):
        super().__init__()
        self.conv1, self.conv2 = convolution(inputs, outputs, 3), convolution(outputs, outputs, 3)
        self.skip = convolution(inputs, outputs, 1) if halves or inputs != outputs else nn.Identity()
        self.pool = nn.AvgPool2d(2) if halves else nn.Identity()

    def forward(self, x):
        return self.pool(self.conv2(self.conv1(x.relu()).relu()) + self.skip(x))


class FirstDiscriminatorBlock(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv1, self.conv2, self.skip = convolution(inputs, outputs, 3), convolution(outputs, outputs, 3), convolution(inputs, outputs, 1)
        self.pool = nn.AvgPool2d(2)

    def forward(self, x):
        return self.pool(self.conv2(self.conv1(x).relu())) + self.skip(self.pool(x))


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = FirstDiscriminatorBlock(COLOURS, DISCRIMINATOR[0])
        self.attention = Attention(DISCRIMINATOR[0])
        self.blocks = nn.Sequential(*(
            DiscriminatorBlock(inputs, outputs, i < HALVINGS) for i, (inputs, outputs) in enumerate(zip(DISCRIMINATOR, DISCRIMINATOR[1:]), 1)))
        self.realness = normalised(nn.Linear(DISCRIMINATOR[-1], 1))
        self.classes = normalised(nn.Embedding(CLASSES, DISCRIMINATOR[-1]))

    def forward(self, images, classes):
        features = self.blocks(self.attention(self.first(images))).relu().sum((2, 3), dtype=torch.float32)
        return self.realness(features).squeeze(1).float() + (self.classes(classes) * features).sum(1)


class Peer:
    def __init__(self, network, precision, batch):
        self.batch = batch
        self.autocast = lambda: torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16")
        self.generator = Generator().to(memory_format=torch.channels_last)
        self.discriminator = Discriminator().to(memory_format=torch.channels_last)
        self.generating = torch.optim.Adam(self.generator.parameters(), 4e-4, (0, 0.9))
        self.judging = torch.optim.Adam(self.discriminator.parameters(), 8e-4, (0, 0.9))
        self.real, self.classes = torch.rand(batch, COLOURS, SIDE, SIDE) * 2 - 1, torch.randint(CLASSES, (batch,))
        self.inputs = self.draw()

    def draw(self):
        return torch.randn(self.batch, NOISE), torch.randint(CLASSES, (self.batch,))

    def train(self):
        self.generator.train()
        self.discriminator.train()
        self.discriminator.requires_grad_(True)
        self.judging.zero_grad(set_to_none=True)
        noise, classes = self.draw()
        with self.autocast():
            with torch.no_grad():
                fake = self.generator(noise, classes)
            real, judged = self.discriminator(torch.cat([self.real, fake]), torch.cat([self.classes, classes])).chunk(2)
        loss = (1 - real).relu().mean() + (1 + judged).relu().mean()
        loss.backward()
        self.judging.step()
        loss.item()

        self.discriminator.requires_grad_(False)
        self.generating.zero_grad(set_to_none=True)
        noise, classes = self.draw()
        with self.autocast():
            loss = -self.discriminator(self.generator(noise, classes), classes).mean()
        loss.backward()
        self.generating.step()
        loss.item()

    def infer(self):
        self.generator.eval()
        with torch.inference_mode(), self.autocast():
            self.generator(*self.inputs)


if __name__ == "__main__":
    serve(Peer)
