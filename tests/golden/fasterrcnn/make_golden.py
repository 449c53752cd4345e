"""Golden values of Faster R-CNN from torchvision 0.14.1. Run in this folder: python3 make_golden.py"""
import json
import sys

import torch
from torch import nn
from torchvision.models import resnet50
from torchvision.models.detection import FasterRCNN
from torchvision.models.detection._utils import overwrite_eps
from torchvision.models.detection.backbone_utils import _resnet_fpn_extractor
from torchvision.ops import RoIAlign, RoIPool
from torchvision.ops.misc import FrozenBatchNorm2d

sys.path.insert(0, "../ssd")
from formula import affine, fill, summary, uniform  # noqa: E402

torch.set_num_threads(1)


def write(name, content):
    with open(name + ".json", "w") as file:
        json.dump(content, file, separators=(",", ":"))
        file.write("\n")


def rounded(tensor, digits=6):
    return [round(float(x), digits) for x in tensor.flatten()]


def region_boxes():
    """Regions in an image of 88 x 72 pixels: some large, some small, some across the border, two that are degenerate."""
    centre = affine("regions.centre", (12, 2), 40.0, 40.0)
    half = affine("regions.half", (12, 2), 14.0, 16.0)
    odd = torch.tensor([[10., 10, 10, 10], [70, 60, 66, 57], [0, 0, 88, 72], [88, 72, 88, 72]])
    return torch.cat([torch.cat([centre - half, centre + half], 1), odd])


def regions():
    """Features [2, 3, 9, 11] at an eighth of the image's size; grids of 3 x 3."""
    boxes = region_boxes()
    image = torch.arange(len(boxes)) % 2
    table = torch.cat([image[:, None].float(), boxes], 1)
    pools = {"align": RoIAlign(3, 1 / 8, 2), "alignHalfPixel": RoIAlign(3, 1 / 8, 2, aligned=True), "alignAdaptive": RoIAlign(3, 1 / 8, 0),
             "pool": RoIPool(3, 1 / 8)}
    result = {}
    for name, pool in pools.items():
        features = uniform("features", 2, 3, 9, 11).requires_grad_()
        pooled = pool(features, table)
        pooled.backward(uniform("upstream", *pooled.shape))
        result[name] = {"pooled": rounded(pooled), "gradient": rounded(features.grad)}
    write("regions", result)


SIZES = ((160, 120), (97, 150), (128, 128))
GAINS = {"backbone.body.conv1": 0.5, "rpn.head.cls_logits": 0.5, "rpn.head.bbox_pred": 0.1, "roi_heads.box_head": 0.5,
         "roi_heads.box_predictor.cls_score": 1.0, "roi_heads.box_predictor.bbox_pred": 0.5}
TRUTH = (([[20., 30, 90, 100], [100, 10, 150, 60]], [3, 17]), ([[5., 5, 60, 140]], [90]), ([[30., 40, 110, 120], [60, 60, 75, 72]], [1, 44]))


def network():
    backbone = _resnet_fpn_extractor(resnet50(norm_layer=FrozenBatchNorm2d), 5)
    net = FasterRCNN(backbone, 91, min_size=128, max_size=192, rpn_pre_nms_top_n_train=200, rpn_pre_nms_top_n_test=200,
                     rpn_post_nms_top_n_train=60, rpn_post_nms_top_n_test=60, rpn_batch_size_per_image=10 ** 6, box_batch_size_per_image=10 ** 6)
    overwrite_eps(net, 0.0)
    with torch.no_grad():
        return fill(net, GAINS)


def pictures():
    return [((uniform(f"picture {width}x{height}", 3, height, width) + 1) * 128).floor() / 255 for width, height in SIZES]


def detector():
    net = network()
    with torch.no_grad():
        images, _ = net.transform(pictures())
        features = net.backbone(images.tensors)
        objectness, offsets = net.rpn.head(list(features.values()))
        proposals, scores = [], []
        net.rpn.register_forward_hook(lambda module, inputs, output: proposals.extend(output[0]))
        found = net(pictures())
    content = {
        "sizes": SIZES, "inputSizes": [[width, height] for height, width in images.image_sizes], "batch": list(images.tensors.shape),
        "levels": [summary(level, 32) for level in features.values()],
        "logits": [summary(level, 32) for level in objectness], "offsets": [summary(level, 32) for level in offsets],
        "proposals": [rounded(boxes, 4) for boxes in proposals],
        "images": [{"boxes": rounded(f["boxes"], 4), "scores": rounded(f["scores"], 7), "labels": f["labels"].tolist()} for f in found],
    }
    net.train()
    losses = net(pictures(), [{"boxes": torch.tensor(boxes), "labels": torch.tensor(labels)} for boxes, labels in TRUTH])
    sum(losses.values()).backward()
    gradients = dict(net.named_parameters())
    content["losses"] = {name: value.item() for name, value in losses.items()}
    content["gradients"] = {name: summary(gradients[name].grad, 32) for name in (
        "backbone.body.layer2.0.conv1.weight", "backbone.fpn.inner_blocks.0.0.weight", "backbone.fpn.layer_blocks.3.0.weight",
        "rpn.head.conv.0.0.weight", "rpn.head.bbox_pred.weight", "roi_heads.box_head.fc7.weight", "roi_heads.box_predictor.bbox_pred.weight")}
    write("detector", content)
    return content


if __name__ == "__main__":
    regions()
    content = detector()
    print(content["losses"], [len(p) // 4 for p in content["proposals"]])
    for image in content["images"]:
        print(len(image["scores"]), image["scores"][:10], image["labels"][:20])
