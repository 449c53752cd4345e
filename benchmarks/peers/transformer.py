"""A small Transformer in PyTorch's eager mode, as a peer, with cached keys and values: answers "train", "greedy" and "beam" with seconds and processor seconds.

Usage: transformer.py small float32|bfloat16 BATCH THREADS
"""
import math

import torch
from torch import nn
from torch.nn.functional import cross_entropy, linear

from peer import serve

LAYERS, SIZE, INNER, HEADS, VOCABULARY, LENGTH, STEPS, END = 3, 256, 1024, 4, 6104, 15, 20, 2


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.q, self.k, self.v, self.out = (nn.Linear(SIZE, SIZE) for _ in range(4))

    def heads(self, x):
        return x.view(x.shape[0], x.shape[1], HEADS, SIZE // HEADS).transpose(1, 2)

    def remember(self, x):
        return self.heads(self.k(x)), self.heads(self.v(x))

    def forward(self, x, memory, mask=None):
        keys, values = memory
        scores = self.heads(self.q(x)) @ keys.transpose(2, 3) / math.sqrt(SIZE // HEADS)
        if mask is not None:
            scores = scores.masked_fill(mask, float("-inf"))
        return self.out((scores.softmax(3) @ values).transpose(1, 2).reshape(x.shape))


class Layer(nn.Module):
    def __init__(self, decodes):
        super().__init__()
        self.own = Attention()
        self.source = Attention() if decodes else None
        self.inner, self.outer = nn.Linear(SIZE, INNER), nn.Linear(INNER, SIZE)
        self.norms = nn.ModuleList(nn.LayerNorm(SIZE) for _ in range(3 if decodes else 2))
        self.dropout = nn.Dropout(0.1)

    def forward(self, x, own, source=None, mask=None):
        x = self.norms[0](x + self.dropout(self.own(x, own, mask)))
        if source is not None:
            x = self.norms[1](x + self.dropout(self.source(x, source)))
        return self.norms[-1](x + self.dropout(self.outer(torch.relu(self.inner(x)))))


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, SIZE)
        nn.init.normal_(self.words.weight, 0, SIZE ** -0.5)
        self.encoder = nn.ModuleList(Layer(False) for _ in range(LAYERS))
        self.decoder = nn.ModuleList(Layer(True) for _ in range(LAYERS))
        self.dropout = nn.Dropout(0.1)
        angles = torch.arange(512)[:, None] * 10000 ** (-torch.arange(0, SIZE, 2) / SIZE)
        self.register_buffer("places", torch.stack([angles.sin(), angles.cos()], 2).flatten(1))

    def embed(self, tokens, first=0):
        return self.dropout(self.words(tokens) * math.sqrt(SIZE) + self.places[first:first + tokens.shape[1]])

    def encode(self, source):
        x = self.embed(source)
        for layer in self.encoder:
            x = layer(x, layer.own.remember(x))
        return x

    def forward(self, source, target):
        memory, x = self.encode(source), self.embed(target)
        mask = torch.triu(torch.ones(target.shape[1], target.shape[1], dtype=torch.bool), 1)
        for layer in self.decoder:
            x = layer(x, layer.own.remember(x), layer.source.remember(memory), mask)
        return linear(x, self.words.weight)

    def search(self, source, width):
        """A beam search with cached keys and values. The end token is forbidden, so that every sentence gets as many steps."""
        memory, count = self.encode(source), source.shape[0]
        sources = [layer.source.remember(memory) for layer in self.decoder]
        caches = [None] * LAYERS
        scores, tokens, rows = torch.zeros(count, 1), torch.ones(count, 1, dtype=torch.long), 1
        written = tokens
        for step in range(STEPS):
            x = self.embed(tokens.view(-1, 1), step)
            for i, layer in enumerate(self.decoder):
                keys, values = layer.own.remember(x)
                if caches[i] is not None:
                    keys, values = torch.cat([caches[i][0], keys], 2), torch.cat([caches[i][1], values], 2)
                caches[i] = keys, values
                x = layer.norms[0](x + layer.own(x, caches[i]))
                grouped = x.view(count, rows, SIZE)
                x = layer.norms[1](grouped + layer.source(grouped, sources[i])).view(x.shape)
                x = layer.norms[2](x + layer.outer(torch.relu(layer.inner(x))))
            found = linear(x[:, 0], self.words.weight).float().log_softmax(1)
            found[:, END] = float("-inf")
            scores, best = (found.view(count, rows, -1) + scores[..., None]).flatten(1).topk(width, 1)
            origin, tokens = best // VOCABULARY, best % VOCABULARY
            chosen = (origin + torch.arange(count)[:, None] * rows).flatten()
            if width > 1:
                caches = [(keys[chosen], values[chosen]) for keys, values in caches]
            written, rows = torch.cat([written[chosen], tokens.view(-1, 1)], 1), width
        return written.tolist()


class Peer:
    def __init__(self, network, precision, batch):
        self.network = Transformer()
        self.autocast = lambda: torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16")
        self.optimiser = torch.optim.Adam(self.network.parameters(), 1e-5, (0.9, 0.98), 1e-9)
        self.source, self.target = (torch.randint(4, VOCABULARY, (batch, LENGTH)) for _ in range(2))

    def train(self):
        self.network.train()
        self.optimiser.zero_grad(set_to_none=True)
        with self.autocast():
            logits = self.network(self.source, self.target)
        cross_entropy(logits.float().flatten(0, 1), self.target.flatten(), label_smoothing=0.1).backward()
        self.optimiser.step()

    def greedy(self):
        self.search(1)

    def beam(self):
        self.search(4)

    def search(self, width):
        self.network.eval()
        with torch.inference_mode(), self.autocast():
            self.network.search(self.source, width)


if __name__ == "__main__":
    serve(Peer)
