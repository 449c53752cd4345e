"""Golden values of Show and Tell from PyTorch 1.13. Run in this folder: python3 make_golden.py

The LSTM of im2txt is torch.nn.LSTM; that of the paper (arXiv 1411.4555, equations 4 to 8) is written out here: no biases, linear output.
"""
import json
import os
import sys

import torch
from torch import nn

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ssd"))
from formula import affine, summary, uniform  # noqa: E402

torch.set_num_threads(1)
torch.set_grad_enabled(False)

FEATURES, EMBEDDING, HIDDEN, WORDS = 256, 6, 5, 11
CAPTIONS = [[1, 4, 7, 5], [1, 9, 4, 4], [1, 10, 6, 2]]


def weight(name, *shape):
    """As Formula.Fill of tests/Blocks fills the matrix of that name."""
    return affine(name, shape, (6 / shape[1]) ** 0.5)


def paper(inputs, prefix):
    w_in, w_rec = weight(prefix + "input.weight", 4 * HIDDEN, EMBEDDING), weight(prefix + "recurrent.weight", 4 * HIDDEN, HIDDEN)
    m = c = torch.zeros(inputs.shape[1], HIDDEN)
    outputs = []
    for x in inputs:
        i, f, g, o = (x @ w_in.T + m @ w_rec.T).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        m = torch.sigmoid(o) * c
        outputs.append(m)
    return torch.stack(outputs)


def im2txt(inputs, prefix):
    lstm = nn.LSTM(EMBEDDING, HIDDEN)
    lstm.weight_ih_l0.copy_(weight(prefix + "input.weight", 4 * HIDDEN, EMBEDDING))
    lstm.weight_hh_l0.copy_(weight(prefix + "recurrent.weight", 4 * HIDDEN, HIDDEN))
    lstm.bias_ih_l0.copy_(affine(prefix + "input.bias", (4 * HIDDEN,), 0.1))
    lstm.bias_hh_l0.zero_()
    return lstm(inputs)[0]


def logits(lstm):
    """Of the words after each word: the image is read first, and what the LSTM says then is left out."""
    image = uniform("features", 3, FEATURES) @ weight("projection.weight", EMBEDDING, FEATURES).T
    words = weight("embedding.weight", WORDS, EMBEDDING)[torch.tensor(CAPTIONS).T]
    states = lstm(torch.cat([image[None], words]), "lstm.")[1:]
    return (states @ weight("output.weight", WORDS, HIDDEN).T + affine("output.bias", (WORDS,), 0.1)).transpose(0, 1).contiguous()


with open("show_tell.json", "w") as file:
    json.dump({name: {"lstm": summary(lstm(uniform("inputs", 7, 3, EMBEDDING), ""), 105), "logits": summary(logits(lstm), 132)}
               for name, lstm in (("Paper", paper), ("Im2Txt", im2txt))}, file)
