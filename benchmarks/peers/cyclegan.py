"""CycleGAN in PyTorch's eager mode, as a peer (see peer.py): an update of all four networks, and a translation.

Usage: cyclegan.py BLOCKS float32 BATCH THREADS
"""
import itertools
import random

import torch
from torch import nn

from peer import serve

WIDTH, TRAINING_SIDE, TRANSLATION_SIDE, POOL, CYCLE = 64, 64, 128, 50, 10


class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv_block = nn.Sequential(
            nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), nn.InstanceNorm2d(channels), nn.ReLU(True),
            nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), nn.InstanceNorm2d(channels))

    def forward(self, x):
        return x + self.conv_block(x)


def generator(blocks):
    layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, WIDTH, 7), nn.InstanceNorm2d(WIDTH), nn.ReLU(True)]
    for channels in (WIDTH, 2 * WIDTH):
        layers += [nn.Conv2d(channels, 2 * channels, 3, 2, 1), nn.InstanceNorm2d(2 * channels), nn.ReLU(True)]
    layers += [Block(4 * WIDTH) for _ in range(blocks)]
    for channels in (4 * WIDTH, 2 * WIDTH):
        layers += [nn.ConvTranspose2d(channels, channels // 2, 3, 2, 1, 1), nn.InstanceNorm2d(channels // 2), nn.ReLU(True)]
    return nn.Sequential(*layers, nn.ReflectionPad2d(3), nn.Conv2d(WIDTH, 3, 7), nn.Tanh())


def discriminator():
    layers = [nn.Conv2d(3, WIDTH, 4, 2, 1), nn.LeakyReLU(0.2, True)]
    for inputs, stride in ((WIDTH, 2), (2 * WIDTH, 2), (4 * WIDTH, 1)):
        layers += [nn.Conv2d(inputs, 2 * inputs, 4, stride, 1), nn.InstanceNorm2d(2 * inputs), nn.LeakyReLU(0.2, True)]
    return nn.Sequential(*layers, nn.Conv2d(8 * WIDTH, 1, 4, 1, 1))


class Pool:
    def __init__(self):
        self.images = []

    def exchange(self, image):
        if len(self.images) < POOL:
            self.images.append(image)
            return image
        if random.random() < 0.5:
            return image
        place = random.randrange(POOL)
        earlier, self.images[place] = self.images[place], image
        return earlier


class Peer:
    def __init__(self, blocks, precision, batch):
        self.g, self.f, self.judge_x, self.judge_y = generator(int(blocks)), generator(int(blocks)), discriminator(), discriminator()
        self.judges = list(itertools.chain(self.judge_x.parameters(), self.judge_y.parameters()))
        self.generating = torch.optim.Adam(itertools.chain(self.g.parameters(), self.f.parameters()), 2e-4, (0.5, 0.999))
        self.judging = torch.optim.Adam(self.judges, 2e-4, (0.5, 0.999))
        self.x, self.y = (torch.rand(batch, 3, TRAINING_SIDE, TRAINING_SIDE) * 2 - 1 for _ in range(2))
        self.image = torch.rand(batch, 3, TRANSLATION_SIDE, TRANSLATION_SIDE) * 2 - 1
        self.pool_x, self.pool_y = Pool(), Pool()

    def train(self):
        fooling, distance = lambda judged: (judged - 1).square().mean(), nn.functional.l1_loss
        self.train_judges(False)
        self.generating.zero_grad(set_to_none=True)
        fake_y, fake_x = self.g(self.x), self.f(self.y)
        (fooling(self.judge_y(fake_y)) + fooling(self.judge_x(fake_x))
         + CYCLE * (distance(self.f(fake_y), self.x) + distance(self.g(fake_x), self.y))).backward()
        self.generating.step()
        self.train_judges(True)
        self.judging.zero_grad(set_to_none=True)
        for judge, real, fake, pool in ((self.judge_x, self.x, fake_x, self.pool_x), (self.judge_y, self.y, fake_y, self.pool_y)):
            (0.5 * (fooling(judge(real)) + judge(pool.exchange(fake.detach())).square().mean())).backward()
        self.judging.step()

    def train_judges(self, learn):
        for parameter in self.judges:
            parameter.requires_grad_(learn)

    def infer(self):
        with torch.inference_mode():
            self.g(self.image)


if __name__ == "__main__":
    serve(Peer)
