"""Writes one small file per kind of image and formats.json, what Pillow 9 reads in them, over white. Run: python3 formats.py"""
import base64
import json
import pathlib

import numpy as np
from PIL import Image

HERE = pathlib.Path(__file__).parent / "formats"
HERE.mkdir(exist_ok=True)
WIDTH, HEIGHT = 20, 14
y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
red, green, blue = (x * 255 // (WIDTH - 1)), (y * 255 // (HEIGHT - 1)), (255 - x * 6 - y * 5)
rgb = Image.fromarray(np.stack([red, green, blue], 2).astype("uint8"))
grey = Image.fromarray(red.astype("uint8"))
alpha = Image.fromarray(((x + y) * 255 // (WIDTH + HEIGHT - 2)).astype("uint8"))
palette = rgb.quantize(12)
translucent = rgb.copy()
translucent.putalpha(alpha)
grey_alpha = Image.merge("LA", (grey, alpha))
cmyk = Image.merge("CMYK", [Image.fromarray(a.astype("uint8")) for a in (red, green, blue // 2, x * 5)])

rgb.save(HERE / "rgb.jpg", quality=95)
rgb.save(HERE / "progressive.jpg", quality=95, progressive=True)
grey.save(HERE / "grey.jpg", quality=95)
cmyk.save(HERE / "cmyk.jpg", quality=95)
rgb.save(HERE / "rgb.png")
grey.save(HERE / "grey.png")
Image.fromarray((red * 257).astype("uint16")).save(HERE / "grey16.png")
grey.point(lambda v: 255 * (v > 99)).convert("1").save(HERE / "one_bit.png")
palette.save(HERE / "palette.png")
palette.save(HERE / "palette_transparent.png", transparency=3)
translucent.save(HERE / "alpha.png")
grey_alpha.save(HERE / "grey_alpha.png")
rgb.save(HERE / "rgb.bmp")
translucent.save(HERE / "lossless.webp", lossless=True, exact=True)
palette.save(HERE / "two_frames.gif", save_all=True, append_images=[palette.rotate(180)])


def over_white(path):
    image = Image.open(path)
    if image.mode.startswith("I"):
        image = Image.fromarray((np.asarray(image) // 257).astype("uint8"))
    if image.mode == "CMYK":
        return image.convert("RGB")
    image = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")


expected = {path.name: base64.b64encode(np.asarray(over_white(path)).transpose(2, 0, 1).tobytes()).decode() for path in sorted(HERE.iterdir())}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(expected, indent=0) + "\n")
