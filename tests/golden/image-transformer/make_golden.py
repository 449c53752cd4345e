"""Golden values of the Image Transformer, from the description in the paper and the published code (tensor2tensor), written here with full
attention and an explicit mask. Run in this folder: python3 make_golden.py
"""
import json
import math
import os
import sys

import torch
from torch import nn
from torch.nn import functional as F

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ssd"))
from formula import fill, summary, uniform  # noqa: E402

torch.set_num_threads(1)
torch.set_grad_enabled(False)


def values(name, *shape):
    return ((uniform(name, *shape) + 1) * 128).long()


class Attention(nn.Module):
    def __init__(self, width, key_width, heads):
        super().__init__()
        self.heads = heads
        self.q_proj, self.k_proj, self.v_proj = (nn.Linear(width, key_width, bias=False) for _ in range(3))
        self.out_proj = nn.Linear(key_width, width, bias=False)

    def forward(self, x, memory, mask=None):
        def split(y):
            return y.view(y.shape[0], y.shape[1], self.heads, -1).transpose(1, 2)
        q, k, v = split(self.q_proj(x)), split(self.k_proj(memory)), split(self.v_proj(memory))
        scores = q @ k.transpose(2, 3) / math.sqrt(q.shape[3])
        if mask is not None:
            scores = scores.masked_fill(~mask, -math.inf)
        y = scores.softmax(3) @ v
        return self.out_proj(y.transpose(1, 2).reshape(x.shape[0], x.shape[1], -1))


class Layer(nn.Module):
    def __init__(self, o, source):
        super().__init__()
        self.self_attention = Attention(o["width"], o["key_width"], o["heads"])
        self.self_attention_norm = nn.LayerNorm(o["width"], 1e-6)
        self.source = source
        if source:
            self.source_attention = Attention(o["width"], o["key_width"], o["heads"])
            self.source_attention_norm = nn.LayerNorm(o["width"], 1e-6)
        self.feed_forward1 = nn.Linear(o["width"], o["hidden"])
        self.feed_forward2 = nn.Linear(o["hidden"], o["width"])
        self.feed_forward_norm = nn.LayerNorm(o["width"], 1e-6)

    def forward(self, x, mask, memory, near=None):
        x = self.self_attention_norm(x + self.self_attention(x, x, mask))
        if self.source:
            x = self.source_attention_norm(x + self.source_attention(x, memory, near))
        return self.feed_forward_norm(x + self.feed_forward2(torch.relu(self.feed_forward1(x))))


class Table(nn.Module):
    def __init__(self, count, width):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(count, width))


class Values(nn.Module):
    def __init__(self, channels, width):
        super().__init__()
        self.values = Table(256 * channels, width)
        self.channels = channels

    def forward(self, images):
        n, c, h, w = images.shape
        index = images.permute(0, 2, 3, 1) + 256 * torch.arange(c)
        return self.values.weight[index].reshape(n, h * w * c, -1) * math.sqrt(self.values.weight.shape[1])


class Merge(nn.Module):
    def __init__(self, channels, width):
        super().__init__()
        self.merge = nn.Linear(channels, width)

    def forward(self, images):
        x = images.permute(0, 2, 3, 1).flatten(1, 2).float() / 127.5 - 1
        return torch.relu(self.merge(x))


class Learned(nn.Module):
    def __init__(self, rows, columns, width):
        super().__init__()
        self.rows, self.columns = Table(rows, width // 2), Table(columns, width // 2)

    def forward(self, rows, columns, width):
        row, column = self.rows.weight, self.columns.weight
        both = torch.cat([row[:, None].expand(-1, columns, -1), column[None].expand(rows, -1, -1)], 2)
        return both.flatten(0, 1) * math.sqrt(width)


class Sinusoidal(nn.Module):
    def forward(self, rows, columns, width):
        scales = width // 4
        inverse = torch.exp(-torch.arange(scales).double() * (math.log(1e4) / (scales - 1)))

        def signal(count):
            angles = torch.arange(count).double()[:, None] * inverse
            return torch.cat([angles.sin(), angles.cos()], 1)
        both = torch.cat([signal(rows)[:, None].expand(-1, columns, -1), signal(columns)[None].expand(rows, -1, -1)], 2)
        return both.flatten(0, 1).float()


class Encoder(nn.Module):
    def __init__(self, o):
        super().__init__()
        self.factor = o["factor"]
        self.side = o["side"] // o["factor"]
        self.values = 1 if o["mixtures"] else o["channels"]
        self.pixels = pixels_of(o)
        self.layers = nn.ModuleList([Layer(o, False) for _ in range(o["encoder_layers"])])

    def forward(self, small, positions):
        """A small pixel is where the large ones are in the mean that it stands for."""
        where = torch.zeros(self.side, self.side, self.values, positions.shape[1])
        f = self.factor
        large = positions.unflatten(0, (self.side * f, self.side * f, self.values))
        for row in range(self.side):
            for column in range(self.side):
                where[row, column] = large[row * f:(row + 1) * f, column * f:(column + 1) * f].flatten(0, 1).mean(0)
        x = self.pixels(small) + where.flatten(0, 2)
        for layer in self.layers:
            x = layer(x, None, None)
        return x


def pixels_of(o):
    return Merge(o["channels"], o["width"]) if o["mixtures"] else Values(o["channels"], o["width"])


def order_and_mask(o, rows, columns):
    """Raster places in the order of generation, and who sees whom in that order."""
    if "query" in o:
        order = list(range(rows * columns))
        starts = [i // o["query"] * o["query"] for i in order]
        return order, torch.tensor([[max(0, starts[i] - o["memory"]) <= j <= i for j in order] for i in order])
    qh, qw, mh, mw = o["block"]
    order, blocks = [], []
    for top in range(0, rows, qh):
        for left in range(0, columns, qw):
            for r in range(top, min(rows, top + qh)):
                for c in range(left, min(columns, left + qw)):
                    order.append(r * columns + c)
                    blocks.append((top, left))

    def sees(i, j):
        (top, left), (r, c) = blocks[i], divmod(order[j], columns)
        if blocks[j] == blocks[i]:
            return j <= i
        above = top - mh <= r < top and left - mw <= c < min(columns, left + qw) + mw
        beside = top <= r < top + qh and left - mw <= c < left
        return above or beside
    return order, torch.tensor([[sees(i, j) for j in range(len(order))] for i in range(len(order))])


def near_mask(o, order):
    """Who sees which position of the small image, if not all do."""
    if o["radius"] is None:
        return None
    values, f = (1 if o["mixtures"] else o["channels"]), o["factor"]

    def pixel(place, side):
        row, column = divmod(place, side * values)
        return row, column // values

    def sees(t, s):
        (row, column), (small_row, small_column) = pixel(t, o["side"]), pixel(s, o["side"] // f)
        return abs(row // f - small_row) <= o["radius"] and abs(column // f - small_column) <= o["radius"]
    return torch.tensor([[sees(t, s) for s in range((o["side"] // f) ** 2 * values)] for t in order])


class ImageTransformer(nn.Module):
    def __init__(self, o):
        super().__init__()
        self.o = o
        self.columns = o["side"] * (1 if o["mixtures"] else o["channels"])
        self.pixels = pixels_of(o)
        self.positions = Learned(o["side"], self.columns, o["width"]) if o["learned"] else Sinusoidal()
        if o["classes"]:
            self.classes = Table(o["classes"], o["width"])
        if o["factor"]:
            self.encoder = Encoder(o)
        self.layers = nn.ModuleList([Layer(o, bool(o["factor"])) for _ in range(o["layers"])])
        c = o["channels"]
        outputs = o["mixtures"] * (1 + 2 * c + c * (c - 1) // 2) if o["mixtures"] else 256
        self.output = nn.Linear(o["width"], outputs, bias=not o["mixtures"])

    def forward(self, images, classes=None, small=None):
        o = self.o
        order, mask = order_and_mask(o, o["side"], self.columns)
        x = self.pixels(images)[:, order]
        x = torch.cat([torch.zeros_like(x[:, :1]), x[:, :-1]], 1)
        positions = self.positions(o["side"], self.columns, o["width"])
        x = x + positions[order]
        if classes is not None:
            x = x + self.classes.weight[classes][:, None] * math.sqrt(o["width"])
        memory = self.encoder(small, positions) if small is not None else None
        near = near_mask(o, order) if small is not None else None
        for layer in self.layers:
            x = layer(x, mask, memory, near)
        return self.output(x)

    def log_probability(self, parameters, images):
        n, c = images.shape[:2]
        order, _ = order_and_mask(self.o, self.o["side"], self.columns)
        if not self.o["mixtures"]:
            targets = images.permute(0, 2, 3, 1).reshape(n, -1)[:, order]
            return F.log_softmax(parameters, 2).gather(2, targets[:, :, None]).sum((1, 2))
        targets = images.permute(0, 2, 3, 1).reshape(n, -1, c)[:, order]
        return discretised_mixture(parameters.double(), targets, self.o["mixtures"]).sum(1)


def discretised_mixture(p, targets, k):
    """As the published code computes it, with the density where a bin's probability is small."""
    c = targets.shape[2]
    x = targets.double() / 127.5 - 1
    part = p.unflatten(2, (-1, k))
    coefficients = torch.tanh(part[:, :, 1 + 2 * c:])
    total = F.log_softmax(part[:, :, 0], 2)
    pair = 0
    for channel in range(c):
        mean = part[:, :, 1 + channel]
        for before in range(channel):
            mean = mean + coefficients[:, :, pair] * x[:, :, before, None]
            pair += 1
        log_scale = part[:, :, 1 + c + channel].clamp(min=-7)
        centred = x[:, :, channel, None] - mean
        inverse = torch.exp(-log_scale)
        plus, minus, middle = inverse * (centred + 1 / 255), inverse * (centred - 1 / 255), inverse * centred
        difference = torch.sigmoid(plus) - torch.sigmoid(minus)
        density = middle - log_scale - 2 * F.softplus(middle) - math.log(127.5)
        inner = torch.where(difference > 1e-5, torch.log(difference.clamp(min=1e-12)), density)
        value = targets[:, :, channel, None]
        total = total + torch.where(value == 0, plus - F.softplus(plus), torch.where(value == 255, -F.softplus(minus), inner))
    return total.logsumexp(2)


BASE = dict(side=8, channels=3, mixtures=0, learned=False, classes=0, factor=0, encoder_layers=0, radius=None, layers=2, width=16, key_width=16, heads=2, hidden=24)
CASES = {
    "categorical_1d": dict(BASE, query=20, memory=12),
    "categorical_2d_classes": dict(BASE, block=(3, 5, 2, 6), classes=4, learned=True),
    "mixture_1d": dict(BASE, mixtures=4, key_width=24, query=16, memory=16, learned=True),
    "mixture_2d_grey": dict(BASE, mixtures=3, channels=1, block=(4, 4, 4, 4)),
    "super_resolution": dict(BASE, factor=4, encoder_layers=2, query=48, memory=48),
    "super_resolution_mixture": dict(BASE, mixtures=2, learned=True, factor=2, encoder_layers=1, block=(4, 8, 4, 4), classes=2),
    "super_resolution_near": dict(BASE, factor=2, encoder_layers=1, radius=1, block=(4, 6, 4, 6)),
}


def main():
    golden = {}
    for name, o in CASES.items():
        net = fill(ImageTransformer(o))
        images = values(f"{name}.images", 2, o["channels"], 8, 8)
        classes = torch.tensor([1, 0]) if o["classes"] else None
        small = values(f"{name}.small", 2, o["channels"], 8 // o["factor"], 8 // o["factor"]) if o["factor"] else None
        y = net(images, classes, small)
        keys = [f"{key} {tuple(value.shape)}" for key, value in net.state_dict().items()]
        golden[name] = {"keys": keys, "output": summary(y), "log_probability": net.log_probability(y, images).tolist()}
    with open("networks.json", "w") as file:
        json.dump(golden, file, indent=1)
    p = uniform("mixture.parameters", 2, 12, 40) * 3
    targets = values("mixture.values", 2, 12, 3)
    targets[0, 0], targets[1, 3, 1], targets[1, 4, 2] = 0, 255, 0
    with open("mixture.json", "w") as file:
        json.dump({"targets": targets.flatten().tolist(), "log_probability": discretised_mixture(p.double(), targets, 4).flatten().tolist()}, file)


main()
