"""torchvision's Faster R-CNN with a feature pyramid in PyTorch's eager mode, as a peer (see peer.py).

Usage: faster_rcnn.py resnet18|resnet50 float32|bfloat16 BATCH THREADS
"""
import torch
import torchvision
from torchvision.models.detection import FasterRCNN
from torchvision.models.detection.backbone_utils import resnet_fpn_backbone

from peer import serve

CLASSES, SIDE = 21, 320

# torchvision's kernels know no bfloat16.
roi_align = torchvision.ops.roi_align
torchvision.ops.boxes.nms = lambda boxes, scores, threshold: torch.ops.torchvision.nms(boxes.float(), scores.float(), threshold)
torchvision.ops.poolers.roi_align = lambda features, boxes, **options: roi_align(features.float(), boxes.float(), **options)


class Peer:
    def __init__(self, backbone, precision, batch):
        body = resnet_fpn_backbone(
            backbone_name=backbone, weights=None, norm_layer=torch.nn.BatchNorm2d, trainable_layers=5)
        self.network = FasterRCNN(body, CLASSES, min_size=SIDE, max_size=SIDE)
        self.autocast = lambda: torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16")
        self.optimiser = torch.optim.SGD(self.network.parameters(), lr=1e-5, momentum=0.9, weight_decay=5e-4)
        self.images = list(torch.rand(batch, 3, SIDE, SIDE))
        boxes = SIDE * torch.tensor([[0.07, 0.1, 0.4, 0.5], [0.5, 0.2, 0.93, 0.97]])
        self.targets = [{"boxes": boxes, "labels": torch.tensor([1, 2])} for _ in range(batch)]

    def train(self):
        self.network.train()
        self.optimiser.zero_grad(set_to_none=True)
        with self.autocast():
            losses = self.network(self.images, self.targets)
        sum(losses.values()).backward()
        self.optimiser.step()

    def infer(self):
        self.network.eval()
        with torch.inference_mode(), self.autocast():
            self.network(self.images)


if __name__ == "__main__":
    serve(Peer)
