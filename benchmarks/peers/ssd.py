"""SSD in PyTorch's eager mode, as a peer (see peer.py).

Usage: ssd.py vgg16|resnet18 float32|bfloat16 BATCH THREADS
"""
from collections import OrderedDict

import torch
import torchvision
from torch import nn
from torchvision.models.detection.anchor_utils import DefaultBoxGenerator
from torchvision.models.detection.ssd import SSD, ssd300_vgg16

from peer import serve

CLASSES = 21
SIDE = 300


def block(inputs, squeeze, outputs, stride, padding):
    return nn.Sequential(
        nn.Conv2d(inputs, squeeze, 1, bias=False), nn.BatchNorm2d(squeeze), nn.ReLU(inplace=True),
        nn.Conv2d(squeeze, outputs, 3, stride, padding, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class ResNet18Maps(nn.Module):
    """Stages 2 to 4 of ResNet-18 and two extra blocks: 38, 19, 10, 5 and 3 cells a side."""

    out_channels = [128, 256, 512, 256, 256]

    def __init__(self):
        super().__init__()
        net = torchvision.models.resnet18()
        self.stem = nn.Sequential(net.conv1, net.bn1, net.relu, net.maxpool, net.layer1)
        self.stages = nn.ModuleList([net.layer2, net.layer3, net.layer4, block(512, 128, 256, 2, 1), block(256, 128, 256, 1, 0)])

    def forward(self, x):
        x = self.stem(x)
        maps = OrderedDict()
        for k, stage in enumerate(self.stages):
            maps[str(k)] = x = stage(x)
        return maps


def resnet18():
    boxes = DefaultBoxGenerator([[2], [2, 3], [2, 3], [2, 3], [2]], scales=[0.1, 0.2, 0.37, 0.54, 0.71, 0.88])
    return SSD(ResNet18Maps(), boxes, (SIDE, SIDE), CLASSES)


class Peer:
    def __init__(self, backbone, precision, batch):
        self.network = resnet18() if backbone == "resnet18" else ssd300_vgg16(weights=None, weights_backbone=None, num_classes=CLASSES)
        self.autocast = lambda: torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16")
        self.optimiser = torch.optim.SGD(self.network.parameters(), lr=1e-5, momentum=0.9, weight_decay=5e-4)
        self.images = torch.rand(batch, 3, SIDE, SIDE)
        boxes = torch.tensor([[20.0, 30.0, 120.0, 150.0], [150.0, 60.0, 280.0, 290.0]])
        self.targets = [{"boxes": boxes, "labels": torch.tensor([1, 2])} for _ in range(batch)]

    def train(self):
        self.network.train()
        self.optimiser.zero_grad(set_to_none=True)
        with self.autocast():
            losses = self.network(list(self.images), self.targets)
        sum(losses.values()).backward()
        self.optimiser.step()

    def infer(self):
        self.network.eval()
        with torch.inference_mode(), self.autocast():
            self.network.head(list(self.network.backbone((self.images - 0.45) / 0.225).values()))


if __name__ == "__main__":
    serve(Peer)
