"""InfoGAN for MNIST (arXiv 1606.03657, table 1) in PyTorch's eager mode, as a peer: reads one line per round ("train" or "infer"), answers with
seconds and processor seconds. One round of training is an update of the discriminator and one of the generator, both with the information.

Usage: infogan.py mnist float32|bfloat16 BATCH THREADS
"""
import math

import torch
from torch import nn
from torch.nn import functional as F

from peer import serve

NOISE, CATEGORIES, VALUES = 62, 10, 2


class Generator(nn.Sequential):
    def __init__(self):
        super().__init__(
            nn.Linear(NOISE + CATEGORIES + VALUES, 1024), nn.BatchNorm1d(1024), nn.ReLU(),
            nn.Linear(1024, 6272), nn.BatchNorm1d(6272), nn.ReLU(), nn.Unflatten(1, (128, 7, 7)),
            nn.ConvTranspose2d(128, 64, 4, 2, 1), nn.BatchNorm2d(64), nn.ReLU(), nn.ConvTranspose2d(64, 1, 4, 2, 1), nn.Tanh())


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(
            nn.Conv2d(1, 64, 4, 2, 1), nn.LeakyReLU(0.1), nn.Conv2d(64, 128, 4, 2, 1), nn.BatchNorm2d(128), nn.LeakyReLU(0.1), nn.Flatten(),
            nn.Linear(6272, 1024), nn.BatchNorm1d(1024), nn.LeakyReLU(0.1))
        self.realness = nn.Linear(1024, 1)
        self.codes = nn.Sequential(nn.Linear(1024, 128), nn.BatchNorm1d(128), nn.LeakyReLU(0.1), nn.Linear(128, CATEGORIES + 2 * VALUES))


class Peer:
    def __init__(self, network, precision, batch):
        self.batch = batch
        self.autocast = lambda: torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16")
        self.generator = Generator().to(memory_format=torch.channels_last)
        self.discriminator = Discriminator().to(memory_format=torch.channels_last)
        self.generating = torch.optim.Adam(self.generator.parameters(), 1e-3, (0.5, 0.999))
        self.judging = torch.optim.Adam(self.discriminator.parameters(), 2e-4, (0.5, 0.999))
        self.real = torch.rand(batch, 1, 28, 28) * 2 - 1
        self.inputs = self.draw()[0]

    def draw(self):
        category = torch.randint(CATEGORIES, (self.batch,))
        values = torch.rand(self.batch, VALUES) * 2 - 1
        return torch.cat([torch.randn(self.batch, NOISE), F.one_hot(category, CATEGORIES).float(), values], 1), category, values

    def information(self, parameters, category, values):
        log = parameters[:, CATEGORIES + VALUES:].clamp(-4, 2)
        surprise = (values - parameters[:, CATEGORIES:CATEGORIES + VALUES]).square() * (-2 * log).exp() / 2 + log + math.log(2 * math.pi) / 2
        return math.log(CATEGORIES) - F.cross_entropy(parameters[:, :CATEGORIES], category) + 0.1 * (VALUES * math.log(2) - surprise.sum(1).mean())

    def train(self):
        self.generator.train()
        self.discriminator.train()
        self.discriminator.requires_grad_(True)
        self.judging.zero_grad(set_to_none=True)
        inputs, category, values = self.draw()
        with self.autocast():
            with torch.no_grad():
                fake = self.generator(inputs)
            real = self.discriminator.realness(self.discriminator.trunk(self.real))
            features = self.discriminator.trunk(fake)
            judged, parameters = self.discriminator.realness(features), self.discriminator.codes(features)
        loss = F.softplus(-real.float()).mean() + F.softplus(judged.float()).mean()
        (loss - self.information(parameters.float(), category, values)).backward()
        self.judging.step()
        loss.item()

        self.discriminator.requires_grad_(False)
        self.generating.zero_grad(set_to_none=True)
        inputs, category, values = self.draw()
        with self.autocast():
            features = self.discriminator.trunk(self.generator(inputs))
            judged, parameters = self.discriminator.realness(features), self.discriminator.codes(features)
        loss = F.softplus(-judged.float()).mean()
        (loss - self.information(parameters.float(), category, values)).backward()
        self.generating.step()
        loss.item()

    def infer(self):
        self.generator.eval()
        with torch.inference_mode(), self.autocast():
            self.generator(self.inputs)


if __name__ == "__main__":
    serve(Peer)
