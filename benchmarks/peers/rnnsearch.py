"""RNNsearch in PyTorch's eager mode, as a peer (see peer.py): the paper's gated units, one step after the other.

Usage: rnnsearch.py small float32|bfloat16 BATCH THREADS
"""
import torch
from torch import nn
from torch.nn import functional as F

from peer import serve

EMBEDDING, HIDDEN, ALIGNMENT, MAXOUT, VOCABULARY, LENGTH, STEPS, BEAM = 256, 512, 512, 256, 6260, 15, 20, 4


class GatedUnit(nn.Module):
    def __init__(self):
        super().__init__()
        self.input = nn.Linear(EMBEDDING, 3 * HIDDEN)
        self.gates = nn.Linear(HIDDEN, 2 * HIDDEN, bias=False)
        self.candidate = nn.Linear(HIDDEN, HIDDEN, bias=False)

    def forward(self, state, read):
        z, r = torch.sigmoid(read[:, :2 * HIDDEN] + self.gates(state)).chunk(2, 1)
        candidate = torch.tanh(read[:, 2 * HIDDEN:] + self.candidate(r * state))
        return (1 - z) * state + z * candidate


class RnnSearch(nn.Module):
    def __init__(self):
        super().__init__()
        self.source, self.target = nn.Embedding(VOCABULARY, EMBEDDING), nn.Embedding(VOCABULARY, EMBEDDING)
        self.ahead, self.back, self.unit = GatedUnit(), GatedUnit(), GatedUnit()
        self.context = nn.Linear(2 * HIDDEN, 3 * HIDDEN, bias=False)
        self.first = nn.Linear(HIDDEN, HIDDEN)
        self.query, self.key = nn.Linear(HIDDEN, ALIGNMENT, bias=False), nn.Linear(2 * HIDDEN, ALIGNMENT, bias=False)
        self.energy = nn.Linear(ALIGNMENT, 1, bias=False)
        self.from_state, self.from_word = nn.Linear(HIDDEN, 2 * MAXOUT), nn.Linear(EMBEDDING, 2 * MAXOUT, bias=False)
        self.from_context = nn.Linear(2 * HIDDEN, 2 * MAXOUT, bias=False)
        self.vocabulary = nn.Linear(MAXOUT, VOCABULARY)

    def encode(self, source):
        words = self.source(source)
        states = []
        for unit, order in ((self.ahead, range(words.shape[1])), (self.back, range(words.shape[1] - 1, -1, -1))):
            reads, state, found = unit.input(words), words.new_zeros(len(words), HIDDEN), {}
            for i in order:
                found[i] = state = unit(state, reads[:, i])
            states.append(torch.stack([found[i] for i in range(words.shape[1])], 1))
        h = torch.cat(states, 2)
        return h, self.key(h), torch.tanh(self.first(states[1][:, 0]))

    def attend(self, state, h, keys):
        weights = F.softmax(self.energy(torch.tanh(self.query(state).unsqueeze(1) + keys)).squeeze(2), 1)
        return torch.bmm(weights.unsqueeze(1), h).squeeze(1)

    def scores(self, states, words, contexts):
        pairs = self.from_state(states) + self.from_word(words) + self.from_context(contexts)
        return self.vocabulary(pairs.view(*pairs.shape[:-1], MAXOUT, 2).max(-1).values)

    def forward(self, source, target):
        h, keys, state = self.encode(source)
        words = self.target(target[:, :-1])
        reads = self.unit.input(words)
        states, contexts = [], []
        for i in range(target.shape[1]):
            states.append(state)
            contexts.append(self.attend(state, h, keys))
            if i < words.shape[1]:
                state = self.unit(state, reads[:, i] + self.context(contexts[-1]))
        before = torch.cat([words.new_zeros(len(words), 1, EMBEDDING), words], 1)
        return self.scores(torch.stack(states, 1), before, torch.stack(contexts, 1))

    def decode(self, source, width):
        h, keys, state = self.encode(source)
        h, keys, state = (x.repeat_interleave(width, 0) for x in (h, keys, state))
        word, context = state.new_zeros(len(state), EMBEDDING), None
        total = state.new_full((len(source), width), float("-inf"))
        total[:, 0] = 0
        tokens = torch.zeros(len(state), 0, dtype=torch.long)
        for step in range(STEPS):
            if step > 0:
                state = self.unit(state, self.unit.input(word) + self.context(context))
            context = self.attend(state, h, keys)
            found = F.log_softmax(self.scores(state, word, context).float(), 1).view(len(source), width, -1) + total.unsqueeze(2)
            total, places = found.flatten(1).topk(width, 1)
            rows = (places // VOCABULARY + torch.arange(len(source)).unsqueeze(1) * width).flatten()
            chosen = (places % VOCABULARY).flatten()
            state, context = state[rows], context[rows]
            tokens = torch.cat([tokens[rows], chosen.unsqueeze(1)], 1)
            word = self.target(chosen)
        return tokens.tolist()


class Peer:
    def __init__(self, network, precision, batch):
        self.network = RnnSearch()
        self.autocast = lambda: torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16")
        self.optimiser = torch.optim.Adam(self.network.parameters(), lr=1e-5)
        self.source, self.target = (torch.randint(4, VOCABULARY, (batch, LENGTH)) for _ in range(2))

    def train(self):
        self.network.train()
        self.optimiser.zero_grad(set_to_none=True)
        with self.autocast():
            scores = self.network(self.source, self.target)
        F.cross_entropy(scores.float().flatten(0, 1), self.target.flatten(), label_smoothing=0.1).backward()
        self.optimiser.step()

    def greedy(self):
        self.decode(1)

    def beam(self):
        self.decode(BEAM)

    def decode(self, width):
        self.network.eval()
        with torch.inference_mode(), self.autocast():
            self.network.decode(self.source, width)


if __name__ == "__main__":
    serve(Peer)
