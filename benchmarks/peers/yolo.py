"""YOLO in PyTorch's eager mode, as a peer (see peer.py): the layers of the library's networks, and the loss in tensor operations.

Usage: yolo.py yolo|fastyolo|residual float32|bfloat16 BATCH THREADS
"""
import torch
import torchvision
from torch import nn
from torch.nn.functional import interpolate
from torchvision.ops import box_convert, box_iou

from peer import serve

CLASSES, BOXES = 20, 2
YOLO = [(7, 64, 2), "pool", (3, 192, 1), "pool", (1, 128, 1), (3, 256, 1), (1, 256, 1), (3, 512, 1), "pool",
        *[(1, 256, 1), (3, 512, 1)] * 4, (1, 512, 1), (3, 1024, 1), "pool", *[(1, 512, 1), (3, 1024, 1)] * 2,
        (3, 1024, 1), (3, 1024, 2), (3, 1024, 1), (3, 1024, 1)]
FAST_YOLO = [layer for filters in (16, 32, 64, 128, 256, 512) for layer in ((3, filters, 1), "pool")] + [(3, 1024, 1)] * 3


def convolutions(layers):
    modules, channels = [], 3
    for layer in layers:
        if layer == "pool":
            modules.append(nn.MaxPool2d(2, 2))
            continue
        kernel, filters, stride = layer
        modules += [nn.Conv2d(channels, filters, kernel, stride, kernel // 2), nn.LeakyReLU(0.1)]
        channels = filters
    return modules


class Plain(nn.Sequential):
    side, grid = 448, 7

    def __init__(self, layers, hidden):
        super().__init__(*convolutions(layers), nn.Flatten(), *hidden, nn.Dropout(0.5), nn.Linear(4096, 7 * 7 * (5 * BOXES + CLASSES)))


class Residual(nn.Module):
    side, grid = 320, 20

    def __init__(self):
        super().__init__()
        net = torchvision.models.resnet18()
        self.fine = nn.Sequential(net.conv1, net.bn1, net.relu, net.maxpool, net.layer1, net.layer2, net.layer3)
        self.coarse = net.layer4
        self.head = nn.Sequential(
            nn.Conv2d(768, 256, 3, padding=1, bias=False), nn.BatchNorm2d(256), nn.ReLU(), nn.Conv2d(256, 5 * BOXES + CLASSES, 1))

    def forward(self, x):
        fine = self.fine(x)
        joined = torch.cat([fine, interpolate(self.coarse(fine), scale_factor=2)], 1)
        return self.head(joined).permute(0, 2, 3, 1).flatten(1)


NETWORKS = {
    "yolo": lambda: Plain(YOLO, [nn.Linear(50176, 4096), nn.LeakyReLU(0.1)]),
    "fastyolo": lambda: Plain(FAST_YOLO, [nn.Linear(50176, 256), nn.Linear(256, 4096), nn.LeakyReLU(0.1)]),
    "residual": Residual,
}


class Peer:
    def __init__(self, network, precision, batch):
        self.network = NETWORKS[network]()
        self.autocast = lambda: torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16")
        self.optimiser = torch.optim.SGD(self.network.parameters(), lr=1e-5, momentum=0.9, weight_decay=5e-4)
        self.images = torch.rand(batch, 3, self.network.side, self.network.side)
        self.boxes = torch.tensor([[0.07, 0.1, 0.4, 0.5], [0.5, 0.2, 0.93, 0.97]])

    def loss(self, cells):
        grid = self.network.grid
        cells = cells.float().view(-1, grid, grid, 5 * BOXES + CLASSES)
        centres = box_convert(self.boxes, "xyxy", "cxcywh")
        total = 0.5 * cells[..., 4:5 * BOXES:5].square().sum()
        for kind, truth in enumerate(centres):
            column, row = (truth[:2] * grid).long().tolist()
            own = cells[:, row, column]
            boxes = own[:, :5 * BOXES].view(-1, BOXES, 5)
            corner = torch.tensor([column, row])
            with torch.no_grad():
                placed = torch.cat([(boxes[..., :2] + corner) / grid, boxes[..., 2:4].square()], -1).flatten(0, 1)
                overlap = box_iou(box_convert(placed, "cxcywh", "xyxy"), self.boxes[kind:kind + 1]).view(-1, BOXES)
                best, index = overlap.max(1)
            chosen = boxes[torch.arange(len(boxes)), index]
            wanted = torch.cat([truth[:2] * grid - corner, truth[2:].sqrt()])
            total = total + 5 * (chosen[:, :4] - wanted).square().sum() + (chosen[:, 4] - best).square().sum() - 0.5 * chosen[:, 4].square().sum()
            classes = torch.zeros(CLASSES).scatter(0, torch.tensor(kind), 1.0)
            total = total + (own[:, 5 * BOXES:] - classes).square().sum()
        return total / len(cells)

    def train(self):
        self.network.train()
        self.optimiser.zero_grad(set_to_none=True)
        with self.autocast():
            cells = self.network(self.images)
        self.loss(cells).backward()
        self.optimiser.step()

    def infer(self):
        self.network.eval()
        with torch.inference_mode(), self.autocast():
            self.network(self.images)


if __name__ == "__main__":
    serve(Peer)
