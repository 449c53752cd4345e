"""Writes the golden weights files beside this script: python3 make_weights.py (PyTorch 1.13).

small.pth          a state dictionary with every element type, views, a transposed tensor, shared storage, a parameter
small.safetensors  the same values, written by hand after the format's description
wrapped.pth        the state dictionary under "state_dict", beside numbers, texts and an optimiser's state
two_models.pth     two state dictionaries in one file
legacy.pth         the pickle format before PyTorch 1.6
whole_module.pth   a pickled module, which names a class
program.pt         a TorchScript program
big_endian.pth     as small.pth, with a byte-order mark of a big-endian machine
"""
import collections
import json
import os
import struct
import zipfile

import torch

FOLDER = os.path.dirname(os.path.abspath(__file__))
NAMES = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64",
    torch.int32: "I32", torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8", torch.bool: "BOOL",
}


def path(name):
    return os.path.join(FOLDER, name)


def small():
    base = torch.arange(24, dtype=torch.float32) / 8
    tensors = collections.OrderedDict()
    for dtype in NAMES:
        values = {torch.bool: torch.tensor([0, 1, 0, 1, 1, 0]), torch.uint8: torch.arange(250, 256)}.get(dtype, torch.arange(-2, 4))
        tensors[str(dtype).removeprefix("torch.")] = values.to(dtype).reshape(2, 3)
    tensors["scalar"] = torch.tensor(7, dtype=torch.int64)
    tensors["empty"] = torch.empty(0, 5)
    tensors["view"] = base[4:16].view(3, 4)
    tensors["transposed"] = base.view(4, 6).t()
    tensors["strided"] = base[1::2]
    tensors["expanded"] = base[5:6].expand(2, 3)
    tensors["channels_last"] = base.view(2, 3, 2, 2).contiguous(memory_format=torch.channels_last)
    tensors["parameter"] = torch.nn.Parameter(base[:2].clone())
    tensors["Ünïcode.名"] = torch.ones(1)
    return tensors


def write_safetensors(tensors, name):
    header, data = {"__metadata__": {"made by": "hand"}}, b""
    for key, tensor in tensors.items():
        flat = tensor.detach().contiguous().view(-1)
        values = bytes((flat.to(torch.uint8) if flat.dtype == torch.bool else flat.view(torch.uint8)).tolist())
        header[key] = {"dtype": NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header, ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    with open(path(name), "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def with_byte_order(source, target, order):
    with zipfile.ZipFile(path(source)) as old, zipfile.ZipFile(path(target), "w") as new:
        for member in old.namelist():
            new.writestr(member, old.read(member))
        new.writestr(member.split("/")[0] + "/byteorder", order)


torch.manual_seed(1)
tensors = small()
torch.save(tensors, path("small.pth"))
write_safetensors(tensors, "small.safetensors")
with_byte_order("small.pth", "big_endian.pth", "big")

model = torch.nn.Sequential(collections.OrderedDict(conv=torch.nn.Conv2d(3, 2, 3), norm=torch.nn.BatchNorm2d(2)))
with torch.no_grad():
    for i, parameter in enumerate(model.parameters()):
        parameter.copy_(torch.arange(parameter.numel()).view(parameter.shape) / 4 + i)
optimiser = torch.optim.Adam(model.parameters())
model(torch.ones(1, 3, 4, 4)).sum().backward()
optimiser.step()
torch.save({
    "epoch": 3, "seed": 2 ** 70, "best": 0.5, "name": "tiny", "done": False, "nothing": None, "shape": (1, [2, 3]),
    "state_dict": model.state_dict(), "optimizer": optimiser.state_dict(),
}, path("wrapped.pth"), pickle_protocol=4)
torch.save({"generator": {"weight": torch.ones(2)}, "discriminator": {"weight": torch.zeros(3)}}, path("two_models.pth"))
torch.save({"weight": torch.ones(2)}, path("legacy.pth"), _use_new_zipfile_serialization=False)
torch.save(model, path("whole_module.pth"))
torch.jit.save(torch.jit.script(torch.nn.Linear(1, 1)), path("program.pt"))
