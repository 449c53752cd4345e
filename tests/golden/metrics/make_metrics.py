"""Writes the golden detection metrics beside this file: made-up detections with the numbers of two public evaluators.

    gcc -O0 -shared -fPIC -o bbiou.so COCOAPI/common/maskApi.c
    python3 make_metrics.py COCOAPI bbiou.so VOC_EVAL

COCOAPI is a checkout of cocodataset/cocoapi (its Cython part is not needed: the box overlap of its C part is called directly),
VOC_EVAL is lib/datasets/voc_eval.py of rbgirshick/py-faster-rcnn. Both run unchanged, but for what today's Python and NumPy ask
for, and for a stable sort in voc_eval, without which tied scores have no defined result.
"""
import contextlib, ctypes, io, json, lib2to3.refactor, os, pickle, random, sys, tempfile, types

import numpy as np

COCOAPI, MASK_LIBRARY, VOC_EVAL = sys.argv[1:4]
HERE = os.path.dirname(os.path.abspath(__file__))
np.float, np.bool = float, bool  # names that NumPy has dropped


# --- the two evaluators ---

def box_overlap(detected, truth, crowd):
    if len(detected) == 0 or len(truth) == 0:
        return []
    d, g = (np.ascontiguousarray(x, dtype=np.float64) for x in (detected, truth))
    flags = np.ascontiguousarray(crowd, dtype=np.uint8)
    result = np.zeros((len(truth), len(detected)))
    size = ctypes.c_ulong
    ctypes.CDLL(os.path.abspath(MASK_LIBRARY)).bbIou(
        *(ctypes.c_void_p(a.ctypes.data) for a in (d, g)), size(len(detected)), size(len(truth)),
        ctypes.c_void_p(flags.ctypes.data), ctypes.c_void_p(result.ctypes.data))
    return result.T


sys.modules["pycocotools._mask"] = types.SimpleNamespace(
    iou=box_overlap, merge=None, frPyObjects=None, encode=None, decode=None, area=None, toBbox=None)
sys.path.insert(0, os.path.join(COCOAPI, "PythonAPI"))
sys.modules["matplotlib"] = types.ModuleType("matplotlib")
for name in ("pyplot", "collections", "patches"):
    sys.modules["matplotlib." + name] = types.SimpleNamespace(PatchCollection=None, Polygon=None)
sys.modules["matplotlib"].pyplot = sys.modules["matplotlib.pyplot"]
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval


def voc_eval_function(inclusive):
    source = open(VOC_EVAL).read().replace("cPickle", "pickle")
    source = source.replace("np.argsort(-confidence)", "np.argsort(-confidence, kind='stable')")
    source = source.replace("open(cachefile, 'r')", "open(cachefile, 'rb')")
    if not inclusive:
        source = source.replace("+ 1.", "+ 0.")
    tool = lib2to3.refactor.RefactoringTool(lib2to3.refactor.get_fixers_from_package("lib2to3.fixes"))
    module = {}
    exec(compile(str(tool.refactor_string(source, VOC_EVAL)), VOC_EVAL, "exec"), module)
    return module["voc_eval"]


def coco_numbers(case, classes):
    truth = {"images": [], "annotations": [], "categories": [{"id": c + 1, "name": str(c)} for c in range(case["classes"])]}
    results = []
    for i, image in enumerate(case["images"]):
        truth["images"].append({"id": i + 1})
        for c, x0, y0, x1, y1, difficult, crowd, area in image["truth"]:
            truth["annotations"].append(dict(id=len(truth["annotations"]) + 1, image_id=i + 1, category_id=c + 1,
                                             bbox=[x0, y0, x1 - x0, y1 - y0], iscrowd=crowd, area=area))
        for c, x0, y0, x1, y1, score in image["detected"]:
            results.append(dict(image_id=i + 1, category_id=c + 1, bbox=[x0, y0, x1 - x0, y1 - y0], score=score))
    with contextlib.redirect_stdout(io.StringIO()):
        gt = COCO()
        gt.dataset = truth
        gt.createIndex()
        evaluation = COCOeval(gt, gt.loadRes(results), "bbox")
        evaluation.params.catIds = [c + 1 for c in classes]
        evaluation.evaluate(), evaluation.accumulate(), evaluation.summarize()
    return [float(x) for x in evaluation.stats]


def voc_numbers(case, inclusive):
    """Eleven-point and area average precision per class; null where the class has no object that counts."""
    evaluate, numbers = voc_eval_function(inclusive), []
    for c in range(case["classes"]):
        if not any(t[0] == c and not t[5] for image in case["images"] for t in image["truth"]):
            numbers.append(None)
            continue
        if not any(d[0] == c for image in case["images"] for d in image["detected"]):
            numbers.append([0.0, 0.0])  # voc_eval cannot read an empty file
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = lambda name: os.path.join(folder, name)
            records = {str(i): [dict(name=str(t[0]), bbox=t[1:5], difficult=t[5]) for t in image["truth"]]
                       for i, image in enumerate(case["images"])}
            pickle.dump(records, open(path("annots.pkl"), "wb"))
            open(path("images.txt"), "w").write("\n".join(records))
            open(path("found.txt"), "w").write("\n".join(
                f"{i} {d[5]!r} " + " ".join(map(repr, d[1:5]))
                for i, image in enumerate(case["images"]) for d in image["detected"] if d[0] == c))
            numbers.append([float(evaluate(path("found.txt"), "", path("images.txt"), str(c), folder, 0.5, seven)[2])
                            for seven in (True, False)])
    return numbers


# --- made-up detections; coordinates and scores are exact in single precision ---

def jitter(draw, box, amount):
    x0, y0, x1, y1 = (v + draw.choice([-1, -0.5, 0, 0, 0.5, 1]) * amount for v in box)
    return [x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)]


def random_box(draw):
    side = draw.choice([12, 24, 40, 80, 130, 220])
    w, h = (max(2, round(side * draw.uniform(0.6, 1.6))) for _ in range(2))
    x0, y0 = draw.randint(0, 400), draw.randint(0, 300)
    return [x0, y0, x0 + w, y0 + h]


def random_case(seed, images, classes, found=0.8, crowd=0.0, difficult=0.0, grid=64, extra=3):
    """The last class but one has no objects, the last one no detections."""
    draw, case = random.Random(seed), {"classes": classes, "images": []}
    for i in range(images):
        truth, detected = [], []
        for _ in range(0 if i % 5 == 3 else draw.randint(1, 5)):
            c, box = draw.choice([k for k in range(classes) if k != classes - 2]), random_box(draw)
            area = (box[2] - box[0]) * (box[3] - box[1]) * draw.choice([1, 0.75, 0.5])
            truth.append([c, *box, int(draw.random() < difficult), int(draw.random() < crowd), area])
        for t in truth:
            for _ in range(draw.choice([1, 1, 2, 3]) if draw.random() < found else 0):
                c = draw.choice([t[0]] * 6 + list(range(classes)))
                detected.append([c, *jitter(draw, t[1:5], draw.choice([1, 3, 6, 12]))])
        detected += [[draw.randrange(classes), *random_box(draw)] for _ in range(draw.randint(0, extra) if i % 5 != 4 else 0)]
        detected = [d + [draw.randint(1, grid) / grid] for d in detected if d[0] != classes - 1]
        draw.shuffle(detected)
        case["images"].append({"truth": truth, "detected": detected})
    return case


def worked_example():
    """Three images, one class: the example that can be followed by hand."""
    corners = lambda x, y, w, h: [x, y, x + w, y + h]
    truth = lambda x, y, w, h, area, flag=0: [0, *corners(x, y, w, h), flag, flag, area]
    found = lambda x, y, w, h, score: [0, *corners(x, y, w, h), float(np.float32(score))]
    return {"classes": 1, "images": [
        {"truth": [truth(10, 10, 100, 100, 10000), truth(200, 50, 60, 120, 7200)],
         "detected": [found(12, 12, 100, 100, .95), found(15, 8, 100, 110, .90), found(205, 60, 60, 110, .80)]},
        {"truth": [truth(30, 30, 20, 20, 400), truth(100, 100, 150, 150, 22500, 1)],
         "detected": [found(110, 110, 100, 100, .85), found(33, 30, 20, 20, .70), found(300, 300, 40, 40, .40)]},
        {"truth": [truth(50, 50, 80, 80, 6400)],
         "detected": [found(100, 100, 60, 60, .60), found(55, 52, 80, 80, .50)]}]}


def exact_thresholds():
    """Overlaps of exactly 0.5, 0.75 and 0.95, areas of exactly 32 and 96 squared, equal overlaps with two objects."""
    truth = lambda x0, y0, x1, y1, area: [0, x0, y0, x1, y1, 0, 0, area]
    return {"classes": 1, "images": [
        {"truth": [truth(0, 0, 20, 10, 200)], "detected": [[0, 0, 0, 10, 10, 0.5]]},
        {"truth": [truth(0, 0, 32, 32, 1024), truth(0, 100, 96, 196, 9216)],
         "detected": [[0, 0, 0, 24, 32, 0.5], [0, 0, 100, 96, 196, 0.25]]},
        {"truth": [truth(0, 0, 10, 10, 100), truth(10, 0, 20, 10, 100)],
         "detected": [[0, 0, 0, 20, 10, 0.75], [0, 0, 0, 20, 10, 0.75], [0, 10, 0, 20, 10, 0.75]]},
        {"truth": [truth(0, 0, 100, 20, 2000)], "detected": [[0, 0, 0, 95, 20, 0.5]]}]}


def more_than_hundred():
    """120 detections of one class in each image: only the best 100 count for COCO."""
    draw, case = random.Random(7), {"classes": 1, "images": []}
    for _ in range(3):
        truth = [[0, *random_box(draw), 0, 0, 900 * (k + 1)] for k in range(14)]
        detected = [[0, *jitter(draw, draw.choice(truth)[1:5], draw.choice([2, 5, 20])), draw.randint(1, 32) / 32] for _ in range(120)]
        case["images"].append({"truth": truth, "detected": detected})
    return case


cases = {
    "worked_example": worked_example(),
    "exact_thresholds": exact_thresholds(),
    "more_than_hundred": more_than_hundred(),
    "plain": random_case(1, images=20, classes=5),
    "crowd_and_difficult": random_case(2, images=30, classes=4, crowd=0.25, difficult=0.3),
    "tied_scores": random_case(3, images=25, classes=4, crowd=0.1, difficult=0.1, grid=4),
    "poor_detector": random_case(4, images=20, classes=6, found=0.3, extra=8),
}
for name, case in cases.items():
    case["coco"] = coco_numbers(case, range(case["classes"]))
    case["coco_per_class"] = [coco_numbers(case, [c]) for c in range(case["classes"])]
    case["voc"] = voc_numbers(case, inclusive=False)
    case["voc_inclusive"] = voc_numbers(case, inclusive=True)
    with open(os.path.join(HERE, name + ".json"), "w") as file:
        json.dump(case, file, separators=(",", ":"))
    print(f"{name:20} AP {case['coco'][0]:.6f}  AP50 {case['coco'][1]:.6f}  VOC {case['voc'][0]}")
