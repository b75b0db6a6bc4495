"""The tokenizer: byte-level BPE in CLIP's file layout, its merges learned from the captions."""
import json
import os
import re
from collections import Counter

import numpy as np

import scenes

LENGTH = 77
START, END = "<|startoftext|>", "<|endoftext|>"
_WORD = re.compile(r"[a-z]+|[0-9]|[^\sa-z0-9]+")


def _byte_letters():
    """A printable letter for each byte, in CLIP's order: the printable bytes first, then the rest from U+0100 on."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    rest = [b for b in range(256) if b not in plain]
    return {**{b: chr(b) for b in plain}, **{b: chr(256 + i) for i, b in enumerate(rest)}}


def _letters(word):
    table = _byte_letters()
    letters = [table[b] for b in word.encode()]
    return (*letters[:-1], letters[-1] + "</w>")


def _merge(parts, pair):
    merged, i = [], 0
    while i < len(parts):
        if i + 1 < len(parts) and (parts[i], parts[i + 1]) == pair:
            merged.append(parts[i] + parts[i + 1])
            i += 2
        else:
            merged.append(parts[i])
            i += 1
    return tuple(merged)


class Tokenizer:
    """Captions to ids. Written for the training captions only: lower-case ASCII."""

    def __init__(self, merges):
        letters = list(_byte_letters().values())
        tokens = letters + [c + "</w>" for c in letters] + ["".join(m) for m in merges] + [START, END]
        self.merges, self.vocabulary = merges, {t: i for i, t in enumerate(tokens)}
        self._ranks, self._known = {m: i for i, m in enumerate(merges)}, {}
        self.start, self.end = self.vocabulary[START], self.vocabulary[END]

    @staticmethod
    def learn(seed=0, captions=20_000):
        """Merges until each word of the captions is one token. Ties go to the pair that sorts first."""
        rng = np.random.default_rng(seed)
        counts = Counter(w for _ in range(captions) for w in _WORD.findall(scenes.caption(scenes.sample(rng), rng)))
        words, merges = {w: _letters(w) for w in counts}, []
        while True:
            pairs = Counter()
            for word, parts in words.items():
                for pair in zip(parts, parts[1:]):
                    pairs[pair] += counts[word]
            if not pairs:
                return Tokenizer(merges)
            best = min(pairs, key=lambda p: (-pairs[p], p))
            merges.append(best)
            words = {w: _merge(p, best) for w, p in words.items()}

    def _word(self, word):
        if word not in self._known:
            parts = _letters(word)
            while len(parts) > 1:
                best = min(zip(parts, parts[1:]), key=lambda p: self._ranks.get(p, 1 << 30))
                if best not in self._ranks:
                    break
                parts = _merge(parts, best)
            self._known[word] = [self.vocabulary[p] for p in parts]
        return self._known[word]

    def encode(self, text, length=LENGTH):
        ids = [i for w in _WORD.findall(text.lower()) for i in self._word(w)][:length - 2]
        return [self.start, *ids, self.end] + [self.end] * (length - 2 - len(ids))

    def save(self, folder):
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "vocab.json"), "w", encoding="utf-8") as f:
            json.dump(self.vocabulary, f, ensure_ascii=False)
        with open(os.path.join(folder, "merges.txt"), "w", encoding="utf-8") as f:
            f.write("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in self.merges))
