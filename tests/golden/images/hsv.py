"""Writes hsv.json: colours with a factor of saturation and a turn of the hue, by Python's colorsys. Run: python3 hsv.py"""
import colorsys
import json
import pathlib
import random

random.seed(3)
colours = [[random.random() for _ in range(3)] for _ in range(60)]
colours += [[0, 0, 0], [1, 1, 1], [.4, .4, .4], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [0, 1, 1], [1, 0, 1], [.5, .5, .2], [.2, .5, .5], [.5, .2, .5]]
cases = []
for rgb in colours:
    saturation, turns = random.uniform(0, 2.5), random.uniform(-.5, .5)
    h, s, v = colorsys.rgb_to_hsv(*rgb)
    expected = colorsys.hsv_to_rgb((h + turns) % 1, min(1, s * saturation), v)
    cases.append(dict(rgb=rgb, saturation=saturation, turns=turns, expected=expected))
pathlib.Path(__file__).with_suffix(".json").write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
