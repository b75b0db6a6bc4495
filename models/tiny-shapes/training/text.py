"""The text encoder: a small causal transformer of CLIP's kind.

It is trained before the denoiser, to tell from a caption alone what the scene holds (background, count, and each
object's shape, colour, size, place and relation), and then kept as it is. So the denoiser starts from embeddings in
which colour already belongs to its object, and spends its training on pictures.
"""
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import bpe
import scenes
from loop import train

WIDTH, HEADS, LAYERS = 128, 4, 3
TRAIN_LENGTH = 32  # no training caption is longer


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x, mask):
        q, k, v = self.qkv(self.norm1(x)).view(*x.shape[:2], 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4).unbind(0)
        weights = (q @ k.transpose(2, 3) * (WIDTH // HEADS) ** -.5 + mask).softmax(-1)
        x = x + self.out((weights @ v).transpose(1, 2).flatten(2))
        h = self.up(self.norm2(x))
        return x + self.down(h * torch.sigmoid(1.702 * h))


class TextEncoder(nn.Module):
    """Token ids [B, L] to embeddings [B, L, 128].

    Every position after the end of the text repeats the end token's embedding, which has seen the whole prompt: the
    last position is then the summary of the prompt, whatever its length.
    """

    def __init__(self, vocabulary, end):
        super().__init__()
        self.end = end
        self.tokens = nn.Embedding(vocabulary, WIDTH)
        self.positions = nn.Parameter(torch.randn(bpe.LENGTH, WIDTH) * .02)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.norm = nn.LayerNorm(WIDTH)
        nn.init.normal_(self.tokens.weight, std=.05)
        self.register_buffer("mask", torch.full((bpe.LENGTH, bpe.LENGTH), -1e4).triu(1), persistent=False)

    def forward(self, ids):
        length = ids.shape[1]
        x = self.tokens(ids) + self.positions[:length]
        for layer in self.layers:
            x = layer(x, self.mask[:length, :length])
        x = self.norm(x)
        seen = (ids == self.end).long().cumsum(1)
        at = (seen == 0).long().sum(1, keepdim=True)  # where the end token stands
        summary = x.gather(1, at.unsqueeze(2).expand(-1, 1, WIDTH))
        return torch.where((seen > 0).unsqueeze(2), summary, x)


_PLACES = [None, *scenes.PLACES]
_RELATIONS = [None, *scenes.RELATIONS]
_SIZES = [None, *scenes.RADII]
_GROUNDS = list(scenes.BACKGROUNDS)
_COLOURS = [None, *scenes.COLOURS]
_SHAPES = [None, *scenes.SHAPES]
FACTS = {"background": _GROUNDS, "kind": ["single", "count", "pair"], "count": [1, 2, 3, 4], "size": _SIZES, "place": _PLACES,
         "relation": _RELATIONS, "shape": _SHAPES, "colour": _COLOURS, "shape2": _SHAPES, "colour2": _COLOURS}


def facts(scene):
    """The index of each fact of a scene, in the order of FACTS."""
    first, second = scene.things[0], scene.things[1] if scene.kind == "pair" else None
    values = [scene.background, scene.kind, len(scene.things), scene.size, scene.place, scene.relation, first.shape, first.colour,
              second and second.shape, second and second.colour]
    return [known.index(v) for known, v in zip(FACTS.values(), values)]


class Reader(nn.Module):
    """The text encoder with a linear head for each fact; the heads are dropped after training."""

    def __init__(self, tokenizer):
        super().__init__()
        self.encoder = TextEncoder(len(tokenizer.vocabulary), tokenizer.end)
        self.heads = nn.Linear(WIDTH, sum(len(v) for v in FACTS.values()))

    def forward(self, ids):
        return self.heads(self.encoder(ids)[:, -1]).split([len(v) for v in FACTS.values()], 1)


def run(folder, tokenizer, steps, seed=2):
    torch.manual_seed(seed)

    def batch(rng):
        drawn = [scenes.sample(rng) for _ in range(96)]
        ids = [tokenizer.encode(scenes.caption(s, rng), TRAIN_LENGTH) for s in drawn]
        return torch.tensor(ids), torch.tensor([facts(s) for s in drawn])

    def loss_of(module, batch, generator):
        ids, truth = batch
        answers = module(ids)
        loss = sum(F.cross_entropy(a, truth[:, i]) for i, a in enumerate(answers))
        right = torch.stack([a.argmax(1) == truth[:, i] for i, a in enumerate(answers)], 1)
        return loss, {"all_right": right.all(1).float().mean().item()}

    return train("text", Reader(tokenizer), batch, loss_of, steps=steps, peak=1.5e-3, folder=folder, seed=seed).encoder
