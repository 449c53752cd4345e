"""Golden values of the Transformer's layers, from torch.nn of PyTorch 1.13. Run in this folder: python3 make_transformer.py

Weights are those of formula.py under the names that torch.nn.Transformer gives them; nothing but inputs' sizes and outputs is stored.
"""
import json
import os
import sys

import torch
from torch import nn

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ssd"))
from formula import fill, uniform  # noqa: E402

torch.set_num_threads(1)
torch.set_grad_enabled(False)
SIZE, HEADS, INNER, LAYERS, SOURCE, TARGET = 16, 4, 32, 2, 7, 5


def outputs(norm_first):
    encoder = nn.TransformerEncoder(
        nn.TransformerEncoderLayer(SIZE, HEADS, INNER, dropout=0.0, batch_first=True, norm_first=norm_first), LAYERS, enable_nested_tensor=False)
    decoder = nn.TransformerDecoder(
        nn.TransformerDecoderLayer(SIZE, HEADS, INNER, dropout=0.0, batch_first=True, norm_first=norm_first), LAYERS)
    fill(encoder), fill(decoder)
    # In training mode, which without dropout is the same, the encoder takes no shortcut that leaves padding out.
    encoder.train(), decoder.eval()
    source, target = uniform("source", 2, SOURCE, SIZE), uniform("target", 2, TARGET, SIZE)
    padding = torch.tensor([[False] * SOURCE, [False] * 4 + [True] * 3])
    causal = torch.triu(torch.ones(TARGET, TARGET, dtype=torch.bool), 1)
    memory = encoder(source, src_key_padding_mask=padding)
    found = decoder(target, memory, tgt_mask=causal, memory_key_padding_mask=padding)
    return {"memory": memory[0].flatten().tolist(), "paddedMemory": memory[1, :4].flatten().tolist(), "target": found.flatten().tolist()}


with open("transformer.json", "w") as file:
    json.dump({"post": outputs(False), "pre": outputs(True)}, file)
