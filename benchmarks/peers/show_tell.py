"""Show and Tell in PyTorch's eager mode, as a peer: reads one line per round ("train", "greedy" or "beam"), answers with seconds and processor
seconds. ResNet-18; the LSTM of the paper as a loop of steps, that of im2txt as torch.nn.LSTM.

Usage: show_tell.py paper|im2txt float32 BATCH THREADS
"""
import torch
import torchvision
from torch import nn

from peer import serve

WORDS, SIZE, CAPTIONS, LENGTH, SEARCH, BEAM = 10000, 512, 5, 12, 20, 3


class Paper(nn.Module):
    """No biases, linear output: arXiv 1411.4555, equations 4 to 8."""

    def __init__(self):
        super().__init__()
        self.input = nn.Linear(SIZE, 4 * SIZE, bias=False)
        self.recurrent = nn.Linear(SIZE, 4 * SIZE, bias=False)

    def forward(self, inputs, state=None):
        outputs = []
        m, c = state if state is not None else (inputs.new_zeros(inputs.shape[1], SIZE),) * 2
        for gates in self.input(inputs):
            i, f, g, o = (gates + self.recurrent(m)).chunk(4, 1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            m = torch.sigmoid(o) * c
            outputs.append(m)
        return torch.stack(outputs), (m, c)

    def select(self, state, rows):
        return tuple(part[rows] for part in state)


class Im2Txt(nn.LSTM):
    def __init__(self):
        super().__init__(SIZE, SIZE)

    def select(self, state, rows):
        return tuple(part[:, rows] for part in state)


class Peer:
    def __init__(self, variant, precision, batch):
        cnn = torchvision.models.resnet18()
        cnn.fc = nn.Identity()
        self.network = nn.ModuleDict({
            "cnn": cnn, "projection": nn.Linear(512, SIZE, bias=False), "embedding": nn.Embedding(WORDS, SIZE),
            "lstm": {"paper": Paper, "im2txt": Im2Txt}[variant](), "output": nn.Linear(SIZE, WORDS),
        })
        self.dropout = nn.Dropout(0.3)
        self.optimiser = torch.optim.SGD(self.network.parameters(), lr=1e-5, momentum=0.9, weight_decay=5e-4)
        self.images = torch.rand(batch, 3, 224, 224)
        self.words = torch.arange(100, 100 + LENGTH).repeat(batch * CAPTIONS, 1)

    def project(self):
        return self.network["projection"](self.network["cnn"]((self.images - 0.45) / 0.225))

    def train(self):
        self.network.train()
        self.optimiser.zero_grad(set_to_none=True)
        image = self.project().repeat_interleave(CAPTIONS, 0)
        inputs = torch.cat([image[None], self.network["embedding"](self.words.t())])
        states = self.dropout(self.network["lstm"](self.dropout(inputs))[0][1:])
        logits = self.network["output"](states)
        nn.functional.cross_entropy(logits.flatten(0, 1), self.words.t().flatten()).backward()
        self.optimiser.step()

    def step(self, tokens, state):
        output, state = self.network["lstm"](self.network["embedding"](tokens)[None], state)
        return torch.log_softmax(self.network["output"](output[0]), 1), state

    def greedy(self):
        self.network.eval()
        with torch.inference_mode():
            _, state = self.network["lstm"](self.project()[None])
            tokens = torch.ones(len(self.images), dtype=torch.long)
            for _ in range(SEARCH):
                scores, state = self.step(tokens, state)
                tokens = scores.argmax(1)

    def beam(self):
        self.network.eval()
        with torch.inference_mode():
            _, state = self.network["lstm"](self.project()[None])
            count = len(self.images)
            scores, state = self.step(torch.ones(count, dtype=torch.long), state)
            total, tokens = scores.topk(BEAM, 1)
            rows = torch.arange(count).repeat_interleave(BEAM)
            chains = tokens.flatten()[:, None]
            for _ in range(SEARCH - 1):
                state = self.network["lstm"].select(state, rows)
                scores, state = self.step(chains[:, -1], state)
                total, places = (total.flatten()[:, None] + scores).view(count, -1).topk(BEAM, 1)
                rows = (places // WORDS + torch.arange(count)[:, None] * BEAM).flatten()
                chains = torch.cat([chains[rows], (places % WORDS).flatten()[:, None]], 1)


if __name__ == "__main__":
    serve(Peer)
