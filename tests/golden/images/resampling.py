"""Writes resampling.json: small images, windows and what PyTorch 1.13 makes of them. Run: python3 resampling.py"""
import base64
import json
import pathlib

import torch
from torch.nn.functional import interpolate, pad

torch.manual_seed(7)
torch.set_num_threads(1)
RULES = {
    "Bilinear": dict(mode="bilinear", align_corners=False),
    "AntialiasedBilinear": dict(mode="bilinear", align_corners=False, antialias=True),
    "Nearest": dict(mode="nearest-exact"),
    "Bicubic": dict(mode="bicubic", align_corners=False),
    "AntialiasedBicubic": dict(mode="bicubic", align_corners=False, antialias=True),
}
FILL = (123 / 255, 117 / 255, 104 / 255)
# name: image width, height, window x, y, width, height, view width, height, mirrored in x, in y
CASES = {
    "down": (13, 9, 0, 0, 13, 9, 5, 4, False, False),
    "up": (4, 3, 0, 0, 4, 3, 9, 7, False, False),
    "both": (9, 4, 0, 0, 9, 4, 5, 6, False, False),
    "same": (4, 3, 0, 0, 4, 3, 4, 3, False, False),
    "far down": (21, 14, 0, 0, 21, 14, 2, 2, False, False),
    "inside": (11, 9, 3, 2, 6, 7, 4, 8, False, False),
    "out left top": (8, 7, -5, -3, 12, 9, 5, 6, False, False),
    "out all around": (6, 5, -4, -7, 17, 18, 6, 7, False, False),
    "out right bottom": (8, 7, 5, 4, 9, 8, 4, 5, False, False),
    "beside": (3, 3, 5, 1, 3, 3, 2, 2, False, False),
    "mirrored in x": (9, 6, -2, 1, 8, 4, 6, 5, True, False),
    "mirrored in y": (9, 6, 1, -2, 7, 9, 5, 4, False, True),
    "mirrored in both": (7, 8, -1, -1, 9, 10, 3, 9, True, True),
    "one pixel": (1, 1, 0, 0, 1, 1, 4, 3, False, False),
    "one pixel wide": (1, 6, 0, 0, 1, 6, 3, 4, False, False),
    "to one pixel": (7, 5, 0, 0, 7, 5, 1, 1, False, False),
}


def view(image_3HW, x, y, width, height, rule, out_width, out_height, mirror_x, mirror_y):
    """Canvas, crop, resize, mirror, one after the other."""
    _, rows, columns = image_3HW.shape
    left, top = max(0, -x), max(0, -y)
    right, bottom = max(0, x + width - columns), max(0, y + height - rows)
    canvas = torch.stack([pad(plane, (left, right, top, bottom), value=fill) for plane, fill in zip(image_3HW, FILL)])
    patch = canvas[:, y + top:y + top + height, x + left:x + left + width]
    axes = [axis for axis, mirrored in ((2, mirror_x), (1, mirror_y)) if mirrored]
    return interpolate(patch[None], size=(out_height, out_width), **RULES[rule])[0].clamp(0, 1).flip(axes)


cases = []
for name, (width, height, *window, out_width, out_height, mirror_x, mirror_y) in CASES.items():
    image = torch.randint(0, 256, (3, height, width))
    expected = {rule: [round(v, 5) for v in view(image / 255, *window, rule, out_width, out_height, mirror_x, mirror_y).flatten().tolist()] for rule in RULES}
    cases.append(dict(name=name, width=width, height=height, pixels=base64.b64encode(bytes(image.flatten().tolist())).decode(), window=window, mirrorX=mirror_x, mirrorY=mirror_y,
                      outWidth=out_width, outHeight=out_height, expected=expected))
pathlib.Path(__file__).with_suffix(".json").write_text("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")
