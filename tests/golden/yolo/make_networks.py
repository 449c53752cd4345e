"""Golden values of the YOLO networks, transcribed from the paper and the authors' program. Run in this folder: python3 make_networks.py"""
import json
import sys

import torch
from torch import nn
from torch.nn.functional import leaky_relu, max_pool2d

sys.path.insert(0, "../ssd")
from formula import fill, summary, uniform  # noqa: E402

torch.set_num_threads(1)
torch.set_grad_enabled(False)

SIDE, GRID, BOXES, CLASSES = 64, 3, 2, 4

# Kernel, filters, stride; "pool" is the maximum of 2x2 cells.
YOLO = [(7, 64, 2), "pool", (3, 192, 1), "pool", (1, 128, 1), (3, 256, 1), (1, 256, 1), (3, 512, 1), "pool",
        *[(1, 256, 1), (3, 512, 1)] * 4, (1, 512, 1), (3, 1024, 1), "pool", *[(1, 512, 1), (3, 1024, 1)] * 2,
        (3, 1024, 1), (3, 1024, 2), (3, 1024, 1), (3, 1024, 1)]
FAST_YOLO = [layer for filters in (16, 32, 64, 128, 256, 512) for layer in ((3, filters, 1), "pool")] + [(3, 1024, 1)] * 3


class Network(nn.Module):
    def __init__(self, layers, hidden):
        super().__init__()
        self.layers, self.hidden = layers, hidden
        channels, convolutions = 3, []
        for kernel, filters, stride in (layer for layer in layers if layer != "pool"):
            convolutions.append(nn.Conv2d(channels, filters, kernel, stride, kernel // 2))
            channels = filters
        self.features = nn.ModuleList(convolutions)
        inputs = channels * (SIDE // 64) ** 2
        for k, width in enumerate([width for width, _ in hidden] + [GRID * GRID * (5 * BOXES + CLASSES)]):
            setattr(self, f"fc{k + 1}", nn.Linear(inputs, width))
            inputs = width

    def forward(self, x):
        convolutions = iter(self.features)
        for layer in self.layers:
            x = max_pool2d(x, 2, 2) if layer == "pool" else leaky_relu(next(convolutions)(x), 0.1)
        x = x.flatten(1)
        for k, (_, rectified) in enumerate(self.hidden):
            x = getattr(self, f"fc{k + 1}")(x)
            x = leaky_relu(x, 0.1) if rectified else x
        x = getattr(self, f"fc{len(self.hidden) + 1}")(x)
        return x.view(-1, GRID, GRID, 5 * BOXES + CLASSES)


images = (uniform("image", 2, 3, SIDE, SIDE) + 1) / 2
networks = {"Yolo": Network(YOLO, [(4096, True)]), "FastYolo": Network(FAST_YOLO, [(256, False), (4096, True)])}
with open("networks.json", "w") as file:
    json.dump({name: summary(fill(network)(images)) for name, network in networks.items()}, file, separators=(",", ":"))
    file.write("\n")
