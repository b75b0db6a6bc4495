"""Judges pictures against the scenes they were asked to show, with nothing but geometry.

    python3 judge.py truth                          score true drawings: every figure must be 100 %
    python3 judge.py prompts [--count 300] > FILE   the captions to draw, one a line, of combinations never trained on
    python3 judge.py pictures RESULT.json           score `standalone --prompts FILE --no-enhance --json > RESULT.json`
    python3 judge.py checkpoint FOLDER              score what a training checkpoint draws
    python3 judge.py enhancer FOLDER                PSNR of a checkpoint's enhancer against bicubic

The same --count and --seed name the same scenes everywhere. --sheet PNG writes a contact sheet of the first 80.
"""
import argparse
import json
import sys
from collections import Counter

import numpy as np
from PIL import Image

import scenes

_PALETTE = {name: np.array(rgb, np.float32) for name, rgb in scenes.BACKGROUNDS.items()}
_SMALLEST = 60  # pixels: what is smaller is a speck, not an object


def _nearest(colour):
    return min(_PALETTE, key=lambda name: float(((_PALETTE[name] - colour) ** 2).sum()))


def _components(mask):
    """The 4-connected parts of a mask, each as a mask, specks dropped."""
    labels = np.zeros(mask.shape, np.int32)
    parts = []
    for start in zip(*np.nonzero(mask)):
        if labels[start]:
            continue
        labels[start] = len(parts) + 1
        stack, cells = [start], []
        while stack:
            y, x = stack.pop()
            cells.append((y, x))
            for near in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
                if 0 <= near[0] < mask.shape[0] and 0 <= near[1] < mask.shape[1] and mask[near] and not labels[near]:
                    labels[near] = len(parts) + 1
                    stack.append(near)
        part = np.zeros(mask.shape, bool)
        part[tuple(np.array(cells).T)] = True
        parts.append(part)
    return [p for p in parts if p.sum() >= _SMALLEST]


def _extent(mask):
    ys, xs = np.nonzero(mask)
    return ys.min(), ys.max() + 1, xs.min(), xs.max() + 1


def _drawn(shape, x, y, radius):
    mask = np.zeros((scenes.SIZE, scenes.SIZE), bool)
    ys, xs, cover = scenes.coverage(shape, x, y, radius)
    mask[ys, xs] = cover > .5
    return mask


def _unit_extent(shape):
    top, bottom, left, right = _extent(_drawn(shape, 64, 64, 40))
    return (top - 64) / 40, (bottom - 64) / 40, (left - 64) / 40, (right - 64) / 40


_EXTENTS = {shape: _unit_extent(shape) for shape in scenes.SHAPES}


def nearest_shape(mask):
    """The shape whose template, fitted to the mask's bounding box, overlaps it most (intersection over union)."""
    top, bottom, left, right = _extent(mask)
    best, answer = -1., None
    for shape, (t, b, l, r) in _EXTENTS.items():
        fitted = ((bottom - top) / (b - t) + (right - left) / (r - l)) / 2
        for radius in (fitted * .95, fitted, fitted * 1.05):
            x, y = (left + right) / 2 - radius * (l + r) / 2, (top + bottom) / 2 - radius * (t + b) / 2
            template = _drawn(shape, x, y, radius)
            overlap = (mask & template).sum() / (mask | template).sum()
            if overlap > best:
                best, answer = overlap, shape
    return answer


def _objects(picture, ground):
    """Each object's mask, colour name and centre. The mask ends half-way between the object's colour and the ground's."""
    away = np.sqrt(((picture - ground) ** 2).sum(2))
    found = []
    for part in _components(away > 45):
        inner = part & (away >= np.quantile(away[part], .4))
        colour = np.median(picture[inner], 0)
        span = colour - ground
        along = ((picture - ground) @ span) / (span @ span)
        top, bottom, left, right = _extent(part)
        near = np.zeros(part.shape, bool)
        near[max(0, top - 1):bottom + 1, max(0, left - 1):right + 1] = True
        mask = part & (along > .5) & near
        if mask.sum() >= _SMALLEST // 2:
            ys, xs = np.nonzero(mask)
            found.append((mask, _nearest(colour), xs.mean(), ys.mean(), _extent(mask)))
    return found


def _third(low, high):
    """-1, 0 or 1: whether an object lies towards the start, in the middle or towards the end of a side."""
    middle = (low + high) / 2 - scenes.SIZE / 2
    return 0 if abs(middle) <= 7 else int(np.sign(middle))


def judge(scene, picture):
    """What is right in `picture` (uint8 [128, 128, 3]): aspect name -> bool, only the aspects the scene asks for."""
    picture = picture.astype(np.float32)
    rim = np.concatenate([picture[:2].reshape(-1, 3), picture[-2:].reshape(-1, 3), picture[:, :2].reshape(-1, 3), picture[:, -2:].reshape(-1, 3)])
    ground = np.median(rim, 0)
    objects = _objects(picture, ground)
    things = list(scene.things)
    verdict = {"background": _nearest(ground) == scene.background, "count": len(objects) == len(things)}
    if scene.kind == "pair" and len(objects) == 2:
        dx, dy = scenes.RELATIONS[scene.relation]
        objects.sort(key=lambda o: -(o[2] * dx + o[3] * dy))
        by_place = [o[1] for o in objects] == [t.colour for t in things]
        swapped = [o[1] for o in objects] == [t.colour for t in things[::-1]]
        gap = abs((objects[0][2] - objects[1][2]) * dx + (objects[0][3] - objects[1][3]) * dy)
        verdict["colour"] = by_place or swapped
        verdict["place"] = gap > 12 and not swapped
        if swapped:
            objects.reverse()
    else:
        verdict["colour"] = len(objects) > 0 and all(o[1] == things[0].colour for o in objects) and scene.kind != "pair"
        if scene.kind == "pair":
            verdict["place"] = False
    if scene.place is not None:
        top, bottom, left, right = objects[0][4] if len(objects) == 1 else (0, 0, 0, 0)
        verdict["place"] = len(objects) == 1 and (_third(left, right), _third(top, bottom)) == scenes.PLACES[scene.place]
    shapes = [nearest_shape(o[0]) for o in objects]
    wanted = [t.shape for t in things]
    verdict["shape"] = shapes == wanted if len(shapes) == len(wanted) else False
    if scene.kind == "single":
        verdict["shape_single"] = verdict["shape"]
    return verdict


def trial(count, seed):
    """The scenes and captions to judge by: of combinations that training never drew; each caption says its background."""
    rng = np.random.default_rng(seed)
    drawn, captions = [], []
    while len(drawn) < count:
        scene = scenes.sample(rng, held_out=True)
        words = scenes.caption(scene, rng)
        if scene.background in words or scene.background == "gray" and "grey" in words:
            drawn.append(scene)
            captions.append(words)
    return drawn, captions


def report(drawn, pictures, captions, show=False):
    asked, right = Counter(), Counter()
    for scene, picture, words in zip(drawn, pictures, captions):
        verdict = judge(scene, picture)
        for aspect, good in verdict.items():
            asked[aspect] += 1
            right[aspect] += good
            asked[f"{scene.kind}: {aspect}"] += aspect in ("shape", "colour", "count")
            right[f"{scene.kind}: {aspect}"] += good and aspect in ("shape", "colour", "count")
        if show and not all(verdict.values()):
            print(f"  {words}: wrong in {', '.join(a for a, good in verdict.items() if not good)}")
    for aspect in [a for a in asked if asked[a]]:
        print(f"{aspect:16} {right[aspect]:4}/{asked[aspect]:<4} {100 * right[aspect] / asked[aspect]:6.1f} %")
    return all(right[a] == asked[a] for a in asked)


def sheet(path, pictures, columns=10, edge=4):
    rows = -(-len(pictures) // columns)
    canvas = np.full((rows * (128 + edge) + edge, columns * (128 + edge) + edge, 3), 60, np.uint8)
    for i, p in enumerate(pictures):
        y, x = edge + i // columns * (128 + edge), edge + i % columns * (128 + edge)
        canvas[y:y + 128, x:x + 128] = p
    Image.fromarray(canvas).quantize(256).save(path, optimize=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=["truth", "prompts", "pictures", "checkpoint", "enhancer"])
    parser.add_argument("source", nargs="?", help="RESULT.json, or the folder of checkpoints")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=77)
    parser.add_argument("--guidance", type=float, default=2., help="of `checkpoint`")
    parser.add_argument("--sheet", metavar="PNG")
    parser.add_argument("--show", action="store_true", help="list the captions that were not met")
    arguments = parser.parse_args()
    drawn, captions = trial(arguments.count, arguments.seed)
    if arguments.mode == "prompts":
        print("\n".join(captions))
        return
    if arguments.mode == "truth":
        pictures = [(scenes.draw(s).transpose(1, 2, 0) * 255).round().astype(np.uint8) for s in drawn]
    elif arguments.mode == "pictures":
        with open(arguments.source, encoding="utf-8") as f:
            paths = [i["path"] for i in json.load(f)["images"]]
        if len(paths) != len(drawn):
            sys.exit(f"{arguments.source} lists {len(paths)} pictures, not {len(drawn)}: draw the prompts of the same --count and --seed.")
        pictures = [np.asarray(Image.open(p).convert("RGB")) for p in paths]
    elif arguments.mode == "enhancer":
        import sampling
        sampling.compare_enhancer(arguments.source, drawn)
        return
    else:
        import sampling
        pictures = sampling.draw(arguments.source, captions, guidance=arguments.guidance)
    perfect = report(drawn, pictures, captions, arguments.show)
    if arguments.sheet:
        sheet(arguments.sheet, pictures[:80])
    if arguments.mode == "truth" and not perfect:
        sys.exit("The judge does not score true drawings at 100 %: its other figures mean nothing.")


if __name__ == "__main__":
    main()
