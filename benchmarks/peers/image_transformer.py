"""A small Image Transformer (arXiv 1802.05751) for grey images of 28 pixels in PyTorch's eager mode, as a peer (see peer.py): one update, and generation
that keeps keys and values.

Usage: image_transformer.py small float32|bfloat16|float64 BATCH THREADS
"""
import math

import torch
from torch import nn
from torch.nn import functional as F

from peer import serve

SIDE, VALUES, LAYERS, SIZE, INNER, HEADS = 28, 256, 3, 64, 256, 4
POSITIONS, BLOCK = SIDE * SIDE, 4 * SIDE


def dense(inputs, outputs, bias=True):
    layer = nn.Linear(inputs, outputs, bias=bias)
    nn.init.xavier_uniform_(layer.weight)
    if bias:
        nn.init.zeros_(layer.bias)
    return layer


def table(count, size):
    vectors = nn.Embedding(count, size)
    nn.init.normal_(vectors.weight, 0, SIZE ** -0.5)
    return vectors


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.q, self.k, self.v, self.out = (dense(SIZE, SIZE, bias=False) for _ in range(4))
        self.inner, self.outer = dense(SIZE, INNER), dense(INNER, SIZE)
        self.norm1, self.norm2 = (nn.LayerNorm(SIZE, 1e-6) for _ in range(2))

    def heads(self, x):
        return [layer(x).view(x.shape[0], -1, HEADS, SIZE // HEADS).transpose(1, 2) for layer in (self.q, self.k, self.v)]

    def after(self, x, found):
        x = self.norm1(x + self.out(found.transpose(1, 2).flatten(2)))
        return self.norm2(x + self.outer(self.inner(x).relu()))

    def forward(self, x, mask):
        """All blocks at once, each with the one before it as memory."""
        queries, keys, values = (part.unflatten(2, (-1, BLOCK)) for part in self.heads(x))
        keys, values = (torch.cat([F.pad(part[:, :, :-1], (0, 0, 0, 0, 1, 0)), part], 3) for part in (keys, values))
        scores = (queries / math.sqrt(SIZE // HEADS)) @ keys.transpose(3, 4)
        found = scores.masked_fill_(mask, float("-inf")).softmax(4) @ values
        return self.after(x, found.flatten(2, 3))

    def step(self, x, keys, values, position):
        """One position, whose block and the one before it are seen."""
        query, keys[:, :, position:position + 1], values[:, :, position:position + 1] = self.heads(x)
        seen = slice(max(0, position // BLOCK - 1) * BLOCK, position + 1)
        scores = (query / math.sqrt(SIZE // HEADS)) @ keys[:, :, seen].transpose(2, 3)
        return self.after(x, scores.softmax(3) @ values[:, :, seen])


class ImageTransformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.pixels, self.rows, self.columns = table(VALUES, SIZE), table(SIDE, SIZE // 2), table(SIDE, SIZE // 2)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.output = dense(SIZE, VALUES)
        mask = torch.ones(BLOCK, 2 * BLOCK, dtype=torch.bool).triu(BLOCK + 1).repeat(POSITIONS // BLOCK, 1, 1)
        mask[0, :, :BLOCK] = True
        self.register_buffer("mask", mask, persistent=False)

    def places(self):
        return torch.cat([self.rows.weight.repeat_interleave(SIDE, 0), self.columns.weight.repeat(SIDE, 1)], 1) * math.sqrt(SIZE)

    def forward(self, values):
        x = F.pad((self.pixels(values) * math.sqrt(SIZE))[:, :-1], (0, 0, 1, 0)) + self.places()
        for layer in self.layers:
            x = layer(x, self.mask)
        return self.output(x)

    def draw(self, count):
        places, drawn = self.places(), torch.zeros(count, POSITIONS, dtype=torch.long)
        caches = [[torch.empty(count, HEADS, POSITIONS, SIZE // HEADS, dtype=places.dtype) for _ in range(2)] for _ in self.layers]
        for position in range(POSITIONS):
            x = places[position].expand(count, 1, SIZE)
            if position > 0:
                x = x + self.pixels(drawn[:, position - 1:position]) * math.sqrt(SIZE)
            for layer, cache in zip(self.layers, caches):
                x = layer.step(x, *cache, position)
            drawn[:, position] = torch.multinomial(self.output(x[:, 0]).softmax(1), 1)[:, 0]
        return drawn


class Peer:
    def __init__(self, network, precision, batch):
        self.batch = batch
        self.autocast = lambda: torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16")
        self.network = ImageTransformer().to(torch.float64 if precision == "float64" else torch.float32)
        self.optimiser = torch.optim.Adam(self.network.parameters(), 2e-3, (0.9, 0.98), 1e-9)
        self.images = torch.rand(batch, 1, SIDE, SIDE) * 2 - 1

    def train(self):
        self.network.train()
        self.optimiser.zero_grad(set_to_none=True)
        values = ((self.images + 1) * 127.5).round().long().view(self.batch, -1)
        with self.autocast():
            logits = self.network(values)
        loss = F.cross_entropy(logits.float().flatten(0, 1), values.flatten()) / math.log(2)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1)
        self.optimiser.step()
        loss.item()

    def infer(self):
        self.network.eval()
        with torch.inference_mode():
            self.network.draw(self.batch)


if __name__ == "__main__":
    serve(Peer)
