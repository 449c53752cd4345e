"""Golden values of SSD and of what detectors share, from torchvision 0.14.1. Run in this folder: python3 make_golden.py"""
import json

import torch
import torchvision
from torchvision.models.detection import _utils as det
from torchvision.ops import batched_nms, box_iou, nms

from formula import affine, fill, summary, uniform

torch.set_num_threads(1)
torch.set_grad_enabled(False)


def write(name, content):
    with open(name + ".json", "w") as file:
        json.dump(content, file, separators=(",", ":"))
        file.write("\n")


def rounded(tensor, digits=6):
    return [round(float(x), digits) for x in tensor.flatten()]


def boxes(name, count, size=300.0):
    """Centres within the image, sides of 20 to 120 pixels."""
    centre = affine(name + ".centre", (count, 2), size / 2, size / 2)
    half = affine(name + ".half", (count, 2), 25.0, 35.0)
    return torch.cat([centre - half, centre + half], 1)


def operations():
    some, references = boxes("some", 40), boxes("references", 30)
    coder = det.BoxCoder((10.0, 10.0, 5.0, 5.0))
    offsets = affine("offsets", (30, 4), 30.0)
    many, scores = boxes("many", 1500), uniform("scores", 1500)
    tied = (uniform("tied", 400) * 5).floor() / 5
    kinds = ((uniform("kinds", 1500) + 1) * 2.5).floor().long()
    overlap = box_iou(boxes("truth", 6), boxes("anchors", 500))
    write("operations", {
        "iou": rounded(box_iou(some[:8], references[:8])),
        "encoded": rounded(coder.encode_single(some[:30], references)),
        "decoded": rounded(coder.decode_single(offsets, references), 4),
        "nms": {str(t): nms(many[:400], scores[:400], t).tolist() for t in (0.3, 0.45, 0.7)},
        "nmsTied": nms(many[:400], tied, 0.5).tolist(),
        "batchedNms": batched_nms(many, scores, kinds, 0.45).tolist(),
        "ssdMatches": det.SSDMatcher(0.5)(overlap).tolist(),
        "rpnMatches": det.Matcher(0.7, 0.3, allow_low_quality_matches=True)(overlap).tolist(),
        "headMatches": det.Matcher(0.5, 0.5, allow_low_quality_matches=False)(overlap).tolist(),
    })


def backbones():
    image = (uniform("image", 1, 3, 96, 96) + 1) / 2
    result = {}
    for name, layers in (("resnet18", 4), ("resnet50", 4)):
        net = fill(getattr(torchvision.models, name)())
        x = net.maxpool(net.relu(net.bn1(net.conv1(image))))
        for k in range(1, layers + 1):
            x = getattr(net, f"layer{k}")(x)
            result[f"{name}.layer{k}"] = summary(x)
    result["vgg16"] = summary(fill(torchvision.models.vgg16()).features[:-1](image))
    write("backbones", result)


GAINS = {"backbone.features.0.weight": 1 / 64, "head.classification_head": 1.0, "head.regression_head": 0.2}


def ssd():
    net = fill(torchvision.models.detection.ssd300_vgg16(weights=None, weights_backbone=None), GAINS)
    image = (uniform("image", 1, 3, 300, 300) + 1) / 2
    images, _ = net.transform([image[0]])
    features = list(net.backbone(images.tensors).values())
    output = net.head(features)
    anchors = net.anchor_generator(images, features)
    found = net.postprocess_detections(output, anchors, [(300, 300)])
    found = net.transform.postprocess(found, [(300, 300)], [(480, 640)])[0]
    write("ssd300", {
        "logits": summary(output["cls_logits"], 256),
        "offsets": summary(output["bbox_regression"], 256),
        "boxes": rounded(found["boxes"], 4), "scores": rounded(found["scores"], 7), "labels": found["labels"].tolist(),
    })
    return net, anchors[0], images, features


SIZES = ((640, 480), (211, 387), (300, 300))


def pictures(net):
    """Whole images of several sizes, given as bytes, through torchvision's own resizing and normalisation."""
    found = []
    for width, height in SIZES:
        pixels = ((uniform(f"picture {width}x{height}", 3, height, width) + 1) * 128).floor()
        found += net([pixels / 255])
    write("pictures", {
        "sizes": SIZES,
        "images": [{"boxes": rounded(f["boxes"], 4), "scores": rounded(f["scores"], 7), "labels": f["labels"].tolist()} for f in found],
    })


def decoding_and_loss(net, anchors):
    """Three classes, two images, numbers instead of a network's results."""
    logits = affine("logits", (2, 8732, 4), 3.0)
    logits[:, :, 0] += 4
    offsets = affine("offsets", (2, 8732, 4), 3.0)
    output = {"cls_logits": logits, "bbox_regression": offsets}
    found = net.postprocess_detections(output, [anchors, anchors], [(300, 300)] * 2)
    found = net.transform.postprocess(found, [(300, 300)] * 2, [(375, 500), (600, 200)])
    targets = [{"boxes": torch.tensor([[60., 60, 180, 200], [10, 10, 22, 24], [12, 8, 24, 22]]), "labels": torch.tensor([1, 3, 2])},
               {"boxes": torch.tensor([[100., 30, 290, 280]]), "labels": torch.tensor([2])}]
    matches = [net.proposal_matcher(box_iou(t["boxes"], anchors)) for t in targets]
    losses = net.compute_loss(targets, output, [anchors, anchors], matches)
    write("decoding", {
        "images": [{"boxes": rounded(f["boxes"], 4), "scores": rounded(f["scores"], 7), "labels": f["labels"].tolist()} for f in found],
        "matched": [[(i, int(m[i])) for i in (m >= 0).nonzero()[:, 0].tolist()] for m in matches],
        "confidence": losses["classification"].item(), "localisation": losses["bbox_regression"].item(),
    })


operations()
backbones()
network, default_boxes, *_ = ssd()
pictures(network)
decoding_and_loss(network, default_boxes)
