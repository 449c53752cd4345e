"""Golden values of classifiers, from torchvision 0.14.1 and from the networks below. Run in this folder: python3 make_golden.py

The networks with squeeze-and-excitation blocks are written here from the descriptions of timm's seresnet* and legacy_seresnet*; their names and
shapes are checked against those of timm 0.6, which stand in keys-*.txt.
"""
import json
import os
import sys
from collections import OrderedDict

import torch
import torchvision
from torch import nn

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ssd"))
from formula import fill, summary, uniform  # noqa: E402

torch.set_num_threads(1)
torch.set_grad_enabled(False)


class Excite(nn.Module):
    """Global mean, two dense layers as 1x1 convolutions, one factor per channel."""

    def __init__(self, channels, hidden):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, hidden, 1)
        self.fc2 = nn.Conv2d(hidden, channels, 1)
        self.factors = None

    def forward(self, x):
        squeezed = x.flatten(2).mean(2)[:, :, None, None]
        self.factors = torch.sigmoid(self.fc2(torch.relu(self.fc1(squeezed))))
        return x * self.factors


def conv_bn(parent, number, inputs, outputs, kernel, stride=1):
    setattr(parent, f"conv{number}", nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False))
    setattr(parent, f"bn{number}", nn.BatchNorm2d(outputs))


class Block(nn.Module):
    """A residual block of timm's resnet.py or, if legacy, of its legacy_senet.py (a port of the authors' Caffe networks)."""

    def __init__(self, inputs, width, stride, bottleneck, legacy):
        super().__init__()
        outputs = width * 4 if bottleneck else width
        self.bottleneck, self.legacy = bottleneck, legacy
        if bottleneck:
            conv_bn(self, 1, inputs, width, 1, stride if legacy else 1)
            conv_bn(self, 2, width, width, 3, 1 if legacy else stride)
            conv_bn(self, 3, width, outputs, 1)
        else:
            conv_bn(self, 1, inputs, width, 3, stride)
            conv_bn(self, 2, width, width, 3)
        if legacy:
            self.se_module = Excite(outputs, outputs // 16)
        else:
            self.se = Excite(outputs, max(8, int(outputs / 16 + 4) // 8 * 8))
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        shortcut = x if self.downsample is None else self.downsample(x)
        y = torch.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.bottleneck:
            y = self.bn3(self.conv3(torch.relu(y)))
        elif self.legacy:
            y = torch.relu(y)
        y = (self.se_module if self.legacy else self.se)(y)
        return torch.relu(y + shortcut)


class SEResNet(nn.Module):
    def __init__(self, depths, bottleneck, legacy):
        super().__init__()
        stem = [("conv1", nn.Conv2d(3, 64, 7, 2, 3, bias=False)), ("bn1", nn.BatchNorm2d(64))]
        self.legacy = legacy
        if legacy:
            self.layer0 = nn.Sequential(OrderedDict(stem))
            self.pool = nn.MaxPool2d(3, 2, ceil_mode=True)
        else:
            self.conv1, self.bn1 = stem[0][1], stem[1][1]
            self.pool = nn.MaxPool2d(3, 2, padding=1)
        channels = 64
        for stage, depth in enumerate(depths):
            width = 64 << stage
            blocks = []
            for i in range(depth):
                blocks.append(Block(channels, width, 2 if stage and not i else 1, bottleneck, legacy))
                channels = width * 4 if bottleneck else width
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        setattr(self, "last_linear" if legacy else "fc", nn.Linear(channels, 1000))

    def forward(self, x):
        x = self.layer0(x) if self.legacy else self.bn1(self.conv1(x))
        x = self.pool(torch.relu(x))
        for stage in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = stage(x)
        return (self.last_linear if self.legacy else self.fc)(x.mean((2, 3)))


def keys(net):
    return [f"{name} {tuple(value.shape)}" for name, value in net.state_dict().items()]


def check_keys(name, net):
    with open(f"keys-{name}.txt") as file:
        expected = [line.replace(" torch.int64", "").strip() for line in file][1:]
    assert sorted(expected) == sorted(keys(net)), name


def write_keys(name, net):
    with open(f"keys-{name}.txt", "w") as file:
        file.write(f"##### {name} entries {len(keys(net))}\n" + "\n".join(keys(net)) + "\n")


def normalised(image):
    mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    return (image - mean[:, None, None]) / deviation[:, None, None]


image = normalised((uniform("image", 1, 3, 96, 96) + 1) / 2)
result = {}
for name in ("resnet18", "resnet50", "resnext50_32x4d", "vgg16", "vgg16_bn"):
    net = fill(getattr(torchvision.models, name)())
    if name in ("resnext50_32x4d", "vgg16_bn"):
        write_keys(name, net)
    result[name] = {"logits": summary(net(image))}
inception = fill(torchvision.models.inception_v3(init_weights=False))
write_keys("inception_v3", inception)
result["inception_v3"] = {"logits": summary(inception(uniform("image", 1, 3, 96, 96)))}
for name, depths, bottleneck in (("seresnet18", (2, 2, 2, 2), False), ("seresnet50", (3, 4, 6, 3), True)):
    for full_name, legacy in ((name, False), ("legacy_" + name, True)):
        net = SEResNet(depths, bottleneck, legacy)
        check_keys(full_name, net)
        result[full_name] = {"logits": summary(fill(net)(image))}
        blocks = [module for module in net.modules() if isinstance(module, Excite)]
        result[full_name]["excitations"] = [summary(block.factors.flatten(1), 16) for block in blocks]
with open("classifiers.json", "w") as file:
    json.dump(result, file, separators=(",", ":"))
    file.write("\n")
