"""Captioned scenes of flat shapes: the data that tiny-shapes is trained on and judged by.

A scene is drawn at 128x128 from a few objects (shape, colour, centre, radius) on one background colour.
Nothing is stored: a seed gives the same scenes on every machine.
"""
import math
import zlib
from dataclasses import dataclass

import numpy as np

SIZE = 128

COLOURS = {
    "red": (215, 30, 35), "green": (35, 155, 60), "blue": (40, 75, 220), "yellow": (250, 225, 45),
    "orange": (240, 125, 15), "purple": (130, 45, 165), "white": (250, 250, 250), "black": (14, 14, 16),
}
BACKGROUNDS = {**COLOURS, "gray": (128, 128, 130)}
SHAPES = ("circle", "square", "triangle", "star", "heart", "cross")
UNSAID_BACKGROUND = .03  # the share of captions that leave the background to the model
COUNT_WORDS = {2: "two", 3: "three", 4: "four"}

# Radii in pixels, and where a centre may lie. A medium object is one that no size word describes.
RADII = {"small": (14.0, 17.0), "medium": (22.0, 27.0), "large": (33.0, 38.0)}
PLACES = {
    "top": (0, -1), "bottom": (0, 1), "left": (-1, 0), "right": (1, 0), "centre": (0, 0),
    "top left": (-1, -1), "top right": (1, -1), "bottom left": (-1, 1), "bottom right": (1, 1),
}
RELATIONS = {"above": (0, -1), "below": (0, 1), "left of": (-1, 0), "right of": (1, 0)}


@dataclass(frozen=True)
class Thing:
    shape: str
    colour: str
    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Scene:
    """What is asked for: `kind` is single, count or pair; `place` and `size` are None where no word says them."""
    kind: str
    background: str
    things: tuple
    size: str | None = None
    place: str | None = None
    relation: str | None = None

    @property
    def held_out(self):
        """True for the tenth of all (shape, colour, background) combinations that training never draws."""
        return any(is_held_out(t.shape, t.colour, self.background) for t in self.things)


def is_held_out(shape, colour, background):
    return zlib.crc32(f"{shape}/{colour}/{background}".encode()) % 10 == 0


# ---- shapes -------------------------------------------------------------------------------------------------

def _outline(shape):
    """The outline of a shape within the unit square [-1, 1]^2, y downwards."""
    turn = 2 * math.pi
    if shape == "circle":
        return [(math.cos(turn * i / 96), math.sin(turn * i / 96)) for i in range(96)]
    if shape == "square":
        return [(-.88, -.88), (.88, -.88), (.88, .88), (-.88, .88)]
    if shape == "triangle":
        return [(0, -.95), (1, .85), (-1, .85)]
    if shape == "star":
        reach = [1.05 if i % 2 == 0 else .45 for i in range(10)]
        return [(r * math.sin(turn * i / 10), .05 - r * math.cos(turn * i / 10)) for i, r in enumerate(reach)]
    if shape == "heart":
        points = []
        for i in range(96):
            a = turn * i / 96
            x = 16 * math.sin(a) ** 3
            y = 13 * math.cos(a) - 5 * math.cos(2 * a) - 2 * math.cos(3 * a) - math.cos(4 * a)
            points.append((x / 16, -(y + 2.5) / 15.2))
        return points
    if shape == "cross":
        w = .34
        return [(-w, -1), (w, -1), (w, -w), (1, -w), (1, w), (w, w), (w, 1), (-w, 1), (-w, w), (-1, w), (-1, -w), (-w, -w)]
    raise ValueError(f"unknown shape {shape!r}; known: {', '.join(SHAPES)}")


_FIELD = 384          # samples a side of a distance field
_FIELD_REACH = 1.3    # it spans [-1.3, 1.3]^2


def _distance_field(shape):
    """Signed distance to the outline, negative inside, sampled on a grid."""
    axis = (np.arange(_FIELD, dtype=np.float32) + .5) / _FIELD * 2 * _FIELD_REACH - _FIELD_REACH
    px, py = np.meshgrid(axis, axis)
    outline = _outline(shape)
    nearest = np.full(px.shape, 1e9, np.float32)
    inside = np.zeros(px.shape, bool)
    for (ax, ay), (bx, by) in zip(outline, outline[1:] + outline[:1]):
        ex, ey = bx - ax, by - ay
        along = np.clip(((px - ax) * ex + (py - ay) * ey) / (ex * ex + ey * ey), 0, 1)
        nearest = np.minimum(nearest, (px - ax - along * ex) ** 2 + (py - ay - along * ey) ** 2)
        if ay != by:
            inside ^= ((ay > py) != (by > py)) & (px < ex * (py - ay) / ey + ax)
    return np.where(inside, -1, 1) * np.sqrt(nearest)


_fields = {shape: _distance_field(shape) for shape in SHAPES}


def coverage(shape, x, y, radius, size=SIZE):
    """How much of each pixel the shape covers: (slice_y, slice_x, float32 patch in [0, 1])."""
    reach = radius * 1.2 + 2
    x0, x1 = max(0, int(x - reach)), min(size, int(x + reach) + 1)
    y0, y1 = max(0, int(y - reach)), min(size, int(y + reach) + 1)
    def index(lo, hi, centre):
        u = (np.arange(lo, hi) + .5 - centre) / radius
        return np.clip(((u + _FIELD_REACH) / (2 * _FIELD_REACH) * _FIELD).astype(np.int32), 0, _FIELD - 1)
    field = _fields[shape][np.ix_(index(y0, y1, y), index(x0, x1, x))]
    return slice(y0, y1), slice(x0, x1), np.clip(.5 - field * radius, 0, 1)


def draw(scene, size=SIZE):
    """The scene as float32 [3, size, size] in [0, 1]."""
    scale = size / SIZE
    picture = np.empty((3, size, size), np.float32)
    picture[:] = np.array(BACKGROUNDS[scene.background], np.float32)[:, None, None] / 255
    for t in scene.things:
        ys, xs, cover = coverage(t.shape, t.x * scale, t.y * scale, t.radius * scale, size)
        colour = np.array(COLOURS[t.colour], np.float32)[:, None, None] / 255
        picture[:, ys, xs] += cover * (colour - picture[:, ys, xs])
    return picture


# ---- layout -------------------------------------------------------------------------------------------------

def _pick(rng, items):
    return items[int(rng.integers(len(items)))]


def _colours(rng, count):
    """`count` different object colours and a background that differs from each."""
    names = list(COLOURS)
    rng.shuffle(names)
    background = _pick(rng, [b for b in BACKGROUNDS if b not in names[:count]])
    return names[:count], background


def _single(rng, hard):
    (colour,), background = _colours(rng, 1)
    size = _pick(rng, ["small", "large", "large", None, None] if hard else ["small", "large", None])
    place = _pick(rng, [None] * 4 + list(PLACES))
    radius = rng.uniform(*RADII[size or "medium"])
    x, y = 64 + rng.uniform(-14, 14, 2)
    if place is not None:
        dx, dy = PLACES[place]
        edge = radius + rng.uniform(5, 10, 2)
        x = 64 + rng.uniform(-4, 4) if dx == 0 else (edge[0] if dx < 0 else SIZE - edge[0])
        y = 64 + rng.uniform(-4, 4) if dy == 0 else (edge[1] if dy < 0 else SIZE - edge[1])
    thing = Thing(_pick(rng, SHAPES), colour, float(x), float(y), float(radius))
    return Scene("single", background, (thing,), size, place)


def _count(rng):
    (colour,), background = _colours(rng, 1)
    shape, count = _pick(rng, SHAPES), int(rng.integers(2, 5))
    slots = {
        2: [[(35, 64), (93, 64)]],
        3: [[(64, 35), (35, 92), (93, 92)], [(35, 36), (93, 36), (64, 93)]],
        4: [[(35, 35), (93, 35), (35, 93), (93, 93)]],
    }[count]
    radius = rng.uniform(18, 21)
    things = tuple(Thing(shape, colour, float(x + rng.uniform(-5, 5)), float(y + rng.uniform(-5, 5)), float(radius))
                   for x, y in _pick(rng, slots))
    return Scene("count", background, things)


def _pair(rng):
    colours, background = _colours(rng, 2)
    shapes = [_pick(rng, SHAPES), _pick(rng, SHAPES)]
    relation = _pick(rng, list(RELATIONS))
    dx, dy = RELATIONS[relation]
    things = []
    for sign, shape, colour in zip((1, -1), shapes, colours):
        x = 64 + sign * dx * 31 + (rng.uniform(-10, 10) if dx == 0 else rng.uniform(-4, 4))
        y = 64 + sign * dy * 31 + (rng.uniform(-10, 10) if dy == 0 else rng.uniform(-4, 4))
        things.append(Thing(shape, colour, float(x), float(y), float(rng.uniform(21, 25))))
    return Scene("pair", background, tuple(things), relation=relation)


def sample(rng, held_out=False, kind=None, hard=False):
    """One scene: of the training combinations, or (held_out) of those that training never draws.

    `hard` leans towards large single objects and relations, where shape is slowest to learn.
    """
    kind = kind or _pick(rng, ["single", "single", "single", "count", "count", "pair", "pair", "pair"])
    while True:
        scene = _single(rng, hard) if kind == "single" else _count(rng) if kind == "count" else _pair(rng)
        if scene.held_out == held_out:
            return scene


# ---- captions -----------------------------------------------------------------------------------------------

_SIZE_WORDS = {"small": ["small", "small", "little", "tiny"], "large": ["large", "large", "big", "huge"]}
_RELATION_WORDS = {
    "above": ["above", "above", "over", "on top of"], "below": ["below", "below", "under", "beneath"],
    "left of": ["to the left of", "left of"], "right of": ["to the right of", "right of"],
}


def plural(shape):
    return "crosses" if shape == "cross" else shape + "s"


def _place_words(rng, place):
    if place == "centre":
        return _pick(rng, ["in the center", "in the middle", "in the centre"])
    if " " in place:
        return _pick(rng, [f"in the {place} corner", f"in the {place}", f"at the {place}"])
    side = place in ("left", "right")
    return _pick(rng, [f"on the {place}", f"on the {place} side"] if side else [f"at the {place}", f"on the {place}"])


def _article(words):
    return ("an " if words[0] in "aeiou" else "a ") + words


def caption(scene, rng):
    """One of the ways to ask for the scene."""
    first = scene.things[0]
    bg = _pick(rng, ["gray", "grey"]) if scene.background == "gray" else scene.background
    ground = _pick(rng, [f"on {_article(bg)} background", f"on {_article(bg)} background", f"on {bg}", f"against {_article(bg)} background"])
    if scene.kind == "count":
        number = _pick(rng, [COUNT_WORDS[len(scene.things)]] * 3 + [str(len(scene.things))])
        subject = f"{number} {first.colour} {plural(first.shape)}"
    elif scene.kind == "pair":
        second = scene.things[1]
        one, two = f"{first.colour} {first.shape}", f"{second.colour} {second.shape}"
        relation = _pick(rng, _RELATION_WORDS[scene.relation])
        subject = f"{_article(one)} {relation} {_article(two)}"
    else:
        noun = f"{_pick(rng, _SIZE_WORDS[scene.size])} {first.colour} {first.shape}" if scene.size else f"{first.colour} {first.shape}"
        subject = _pick(rng, [_article(noun), _article(noun), noun, f"one {noun}"])
    where = " " + _place_words(rng, scene.place) if scene.place else ""
    if rng.random() < UNSAID_BACKGROUND:
        return subject + where
    return _pick(rng, [
        f"{subject}{where} {ground}",
        f"{subject}{where} {ground}",
        f"{subject}{where}, {bg} background",
        f"{_article(bg)} background with {subject}{where}",
        f"{_pick(rng, ['a picture of', 'an image of', 'a drawing of'])} {subject}{where} {ground}",
    ])
