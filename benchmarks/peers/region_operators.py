"""torchvision's operators on regions, as a peer: answers "align", "pool", both with "_backward", and "suppress".

Usage: region_operators.py REGIONS float32 IMAGES THREADS
"""
import torch
from torchvision import ops

from peer import serve

CHANNELS, SIDE, STRIDE, SIZE = 256, 50, 16, 7


class Peer:
    def __init__(self, regions, precision, images):
        count, image = int(regions), float(SIDE * STRIDE)
        self.map = torch.rand(images, CHANNELS, SIDE, SIDE)
        corner = torch.rand(count, 2) * (0.8 * image)
        self.boxes = torch.cat([corner, (corner + 20 + torch.rand(count, 2) * 300).clamp(max=image)], 1)
        self.scores = torch.rand(count)
        self.regions = torch.cat([torch.randint(images, (count, 1)).float(), self.boxes], 1)

    def align(self):
        with torch.no_grad():
            ops.roi_align(self.map, self.regions, SIZE, 1 / STRIDE, 2)

    def pool(self):
        with torch.no_grad():
            ops.roi_pool(self.map, self.regions, SIZE, 1 / STRIDE)

    def align_backward(self):
        ops.roi_align(self.map.detach().requires_grad_(), self.regions, SIZE, 1 / STRIDE, 2).sum().backward()

    def pool_backward(self):
        ops.roi_pool(self.map.detach().requires_grad_(), self.regions, SIZE, 1 / STRIDE).sum().backward()

    def suppress(self):
        ops.nms(self.boxes, self.scores, 0.5)


if __name__ == "__main__":
    serve(Peer)
