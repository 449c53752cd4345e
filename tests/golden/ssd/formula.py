"""Numbers that C# and Python compute alike, so that no weights need to be stored: see tests/Blocks/Formula.cs."""
import math

import numpy as np
import torch


def uniform(name, *shape):
    """Float32 in [-1, 1) from the name and the position: an integer hash, the same on every machine."""
    seed = 2166136261
    for byte in name.encode():
        seed = ((seed ^ byte) * 16777619) & 0xFFFFFFFF
    x = (np.arange(math.prod(shape), dtype=np.uint64) * 0x9E3779B9 + seed).astype(np.uint32)
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        x ^= x >> np.uint32(shift)
        x *= np.uint32(factor)
    x ^= x >> np.uint32(16)
    return torch.from_numpy((x >> np.uint32(8)).astype(np.float32) / np.float32(1 << 23) - np.float32(1)).reshape(shape)


def affine(name, shape, gain, offset=0.0):
    return uniform(name, *shape) * torch.tensor(gain, dtype=torch.float32) + torch.tensor(offset, dtype=torch.float32)


def fill(module, gains={}):
    """Weights with the variance of He et al., biases and batch statistics near their usual values; gains multiply by name."""
    for name, value in module.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        gain, offset = 0.1, 0.0
        if value.ndim > 1:
            gain = math.sqrt(6 / (value.numel() // value.shape[0]))
        elif name.endswith("running_var"):
            gain, offset = 0.5, 1.0
        elif name.endswith("scale_weight"):
            gain, offset = 1.0, 20.0
        elif name.endswith("weight"):
            offset = 0.7
        factor = math.prod(g for prefix, g in gains.items() if name.startswith(prefix))
        value.copy_(affine(name, value.shape, gain * factor, offset * factor))
    return module.eval()


def summary(tensor, count=64):
    """Shape, mean of absolute values, and values spread over the tensor."""
    flat = tensor.detach().flatten().double()
    at = [i * flat.numel() // count for i in range(count)]
    return {"shape": list(tensor.shape), "absolute": flat.abs().mean().item(), "values": [round(flat[i].item(), 7) for i in at]}
