"""SE-ResNet in PyTorch's eager mode, as a peer: reads one line per round ("train" or "infer"), answers with seconds and processor seconds.

Usage: senet.py resnet18|resnet50 float32|bfloat16 BATCH THREADS
"""
import torch
import torchvision
from torch import nn
from torchvision.ops import SqueezeExcitation

from peer import serve


def with_gates(network):
    """Puts a squeeze-and-excitation block of ratio 16 behind the last normalisation of every residual block's branch."""
    for stage in (network.layer1, network.layer2, network.layer3, network.layer4):
        for block in stage:
            last = "bn3" if hasattr(block, "bn3") else "bn2"
            norm = getattr(block, last)
            gate = SqueezeExcitation(norm.num_features, norm.num_features // 16)
            setattr(block, last, nn.Sequential(norm, gate))
    return network


class Peer:
    def __init__(self, network, precision, batch):
        self.network = with_gates(getattr(torchvision.models, network)())
        self.autocast = lambda: torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16")
        self.optimiser = torch.optim.SGD(self.network.parameters(), lr=1e-5, momentum=0.9, weight_decay=1e-4)
        self.images = torch.rand(batch, 3, 224, 224)
        self.classes = torch.arange(batch)

    def train(self):
        self.network.train()
        self.optimiser.zero_grad(set_to_none=True)
        with self.autocast():
            logits = self.network(self.images)
        nn.functional.cross_entropy(logits.float(), self.classes).backward()
        self.optimiser.step()

    def infer(self):
        self.network.eval()
        with torch.inference_mode(), self.autocast():
            self.network((self.images - 0.45) / 0.225)


if __name__ == "__main__":
    serve(Peer)
