"""Expected outputs of RNNsearch and RNNencdec, written word by word from the formulas of the paper (arXiv 1409.0473, appendix A), one
sentence at a time and with the context itself. Weights come from the formula that tests/Blocks/Formula.cs shares:
    python3 make_forward.py > forward.json
"""
import json
import math
import pathlib
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "ssd"))
from formula import affine  # noqa: E402

SOURCE, TARGET, M, N, A, L = 11, 13, 6, 5, 7, 4
SENTENCES = [([4, 7, 5, 9, 2], [4, 12, 6, 5]), ([8, 2], [9, 9, 10, 4, 7, 11]), ([10, 6, 3, 2], [5])]


def weight(name, *shape):
    return affine(name, shape, math.sqrt(6 / shape[1]) if len(shape) > 1 else 0.1)


class Unit:
    def __init__(self, name):
        self.W_z, self.W_r, self.W = weight(f"{name}.input.weight", 3 * N, M).split(N)
        self.b_z, self.b_r, self.b = weight(f"{name}.input.bias", 3 * N).split(N)
        self.U_z, self.U_r = weight(f"{name}.gates.weight", 2 * N, N).split(N)
        self.U = weight(f"{name}.candidate.weight", N, N)

    def next(self, state, x, context=(0, 0, 0)):
        z = torch.sigmoid(self.W_z @ x + self.b_z + self.U_z @ state + context[0])
        r = torch.sigmoid(self.W_r @ x + self.b_r + self.U_r @ state + context[1])
        candidate = torch.tanh(self.W @ x + self.b + self.U @ (r * state) + context[2])
        return (1 - z) * state + z * candidate


def states(unit, vectors):
    state, found = torch.zeros(N), []
    for x in vectors:
        state = unit.next(state, x)
        found.append(state)
    return found


def translate(source, target, attention, published):
    size = 2 * N if attention else N
    E_x = weight("encoder.embedding.weight", SOURCE, M)
    E_y = weight("decoder.embedding.weight", TARGET, M)
    words = [E_x[token] for token in source]
    ahead = states(Unit("encoder.forwards"), words)
    if attention:
        back = states(Unit("encoder.backwards"), words[::-1])[::-1]
        h = [torch.cat([f, b]) for f, b in zip(ahead, back)]
        W_a = weight("decoder.alignment.state.weight", A, N)
        U_a = weight("decoder.alignment.annotation.weight", A, size)
        v_a = weight("decoder.alignment.energy.weight", 1, A)[0]
    first = back[0] if attention else ahead[-1]
    s = torch.tanh(weight("decoder.first.weight", N, N) @ first + weight("decoder.first.bias", N))
    unit = Unit("decoder.unit")
    C_z, C_r, C = weight("decoder.context.weight", 3 * N, size).split(N)
    U_o, b_o = weight("decoder.output.state.weight", 2 * L, N), weight("decoder.output.state.bias", 2 * L)
    V_o = weight("decoder.output.word.weight", 2 * L, M)
    C_o = weight("decoder.output.context.weight", 2 * L, size)
    W_o, b = weight("decoder.output.vocabulary.weight", TARGET, L), weight("decoder.output.vocabulary.bias", TARGET)
    before = [torch.zeros(M)] + [E_y[token] for token in target]
    logits, alignment = [], []
    for i in range(len(target) + 1):
        c = ahead[-1]
        if attention:
            e = torch.stack([v_a @ torch.tanh(W_a @ s + U_a @ h_j) for h_j in h])
            alpha = torch.exp(e) / torch.exp(e).sum()
            c = sum(alpha[j] * h[j] for j in range(len(h)))
            alignment.append(alpha)
        t = U_o @ s + b_o + V_o @ before[i] + C_o @ c
        maxout = torch.stack([torch.maximum(t[2 * j], t[2 * j + 1]) for j in range(L)])
        logits.append(W_o @ maxout + b)
        read = before[i + 1] if published and i < len(target) else before[i]
        s = unit.next(s, read, (C_z @ c, C_r @ c, C @ c))
    return torch.stack(logits), torch.stack(alignment) if attention else None


def rounded(x):
    return [[round(v, 7) for v in row] for row in x.tolist()]


def main():
    cases = []
    for attention in (True, False):
        for order in ("PublishedCode", "Appendix"):
            for source, target in SENTENCES:
                logits, alignment = translate(source, target, attention, order == "PublishedCode")
                cases.append({"attention": attention, "order": order, "source": source, "target": target, "logits": rounded(logits),
                              "alignment": rounded(alignment) if attention else None})
    print(json.dumps(cases, separators=(",", ":")))


main()
