"""The denoiser: a UNet over 4x16x16 latents, told what to draw by the text embeddings. It predicts v."""
import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import scenes
import text
from loop import train

CHANNELS = (48, 96, 128)
CONDITION = 256
HEADS = 4
TRAIN_TIMESTEPS, BETA_START, BETA_END = 1000, .00085, .012  # scaled linear, as Stable Diffusion has it


def alphas_cumprod():
    betas = torch.linspace(BETA_START ** .5, BETA_END ** .5, TRAIN_TIMESTEPS, dtype=torch.float64) ** 2
    return (1 - betas).cumprod(0).float()


class GroupNorm(nn.GroupNorm):
    """Group normalisation in float32, whatever type the layer before it computes in."""

    def forward(self, x):
        return super().forward(x.float())


class Residual(nn.Module):
    """Two convolutions; the condition scales and shifts the second's input."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.outputs = outputs
        self.norm1, self.conv1 = GroupNorm(8, inputs), nn.Conv2d(inputs, outputs, 3, padding=1)
        self.norm2, self.conv2 = GroupNorm(8, outputs), nn.Conv2d(outputs, outputs, 3, padding=1)
        self.condition = nn.Linear(CONDITION, 2 * outputs)
        self.skip = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()
        nn.init.zeros_(self.conv2.weight)
        nn.init.zeros_(self.conv2.bias)

    def forward(self, x, condition):
        h = self.conv1(F.silu(self.norm1(x)))
        # The norm's own scale and shift and the condition's are merged while they are vectors, before they meet the picture.
        scale, shift = self.condition(condition).split(self.outputs, 1)
        weight = self.norm2.weight * (1 + scale)
        bias = self.norm2.bias * (1 + scale) + shift
        h = F.group_norm(h.float(), self.norm2.num_groups) * weight.unsqueeze(2).unsqueeze(3) + bias.unsqueeze(2).unsqueeze(3)
        return self.skip(x) + self.conv2(F.silu(h))


def _heads(x):
    return x.reshape(*x.shape[:2], HEADS, -1).transpose(1, 2)


class Attention(nn.Module):
    """Self-attention, attention to the text, and a two-layer perceptron, each over the cells of the latent."""

    def __init__(self, channels):
        super().__init__()
        self.channels = channels
        self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(channels) for _ in range(3))
        self.qkv, self.out = nn.Linear(channels, 3 * channels), nn.Linear(channels, channels)
        self.query, self.key_value = nn.Linear(channels, channels), nn.Linear(text.WIDTH, 2 * channels)
        self.out_text = nn.Linear(channels, channels)
        self.up, self.down = nn.Linear(channels, 2 * channels), nn.Linear(2 * channels, channels)
        for last in (self.out, self.out_text, self.down):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)

    def _attend(self, q, k, v):
        weights = (_heads(q) @ _heads(k).transpose(2, 3) * (self.channels // HEADS) ** -.5).softmax(-1)
        mixed = (weights @ _heads(v)).transpose(1, 2)
        return mixed.reshape(*mixed.shape[:2], self.channels)

    def forward(self, x, words):
        c = self.channels
        t = x.reshape(x.shape[0], c, -1).transpose(1, 2)
        t = t + self.out(self._attend(*self.qkv(self.norm1(t.float())).split(c, 2)))
        t = t + self.out_text(self._attend(self.query(self.norm2(t.float())), *self.key_value(words).split(c, 2)))
        t = t + self.down(F.silu(self.up(self.norm3(t.float()))))
        return t.transpose(1, 2).reshape(x.shape)


class UNet(nn.Module):
    """sample [B, 4, h, w], timestep [B], words [B, L, 128] -> v [B, 4, h, w]."""

    def __init__(self):
        super().__init__()
        a, b, c = CHANNELS
        self.time = nn.Sequential(nn.Linear(128, CONDITION), nn.SiLU(), nn.Linear(CONDITION, CONDITION))
        self.summary = nn.Sequential(nn.Linear(text.WIDTH, CONDITION), nn.SiLU(), nn.Linear(CONDITION, CONDITION))
        self.inlet = nn.Conv2d(6, a, 3, padding=1)
        self.down16 = nn.ModuleList([Residual(a, a), Residual(a, a)])
        self.to8 = nn.Conv2d(a, b, 3, stride=2, padding=1)
        self.down8 = nn.ModuleList([Residual(b, b), Residual(b, b), Attention(b)])
        self.to4 = nn.Conv2d(b, c, 3, stride=2, padding=1)
        self.middle = nn.ModuleList([Residual(c, c), Attention(c), Residual(c, c), Attention(c), Residual(c, c)])
        self.from4 = nn.Conv2d(c, b, 1)
        self.up8 = nn.ModuleList([Residual(2 * b, b), Attention(b), Residual(b, b)])
        self.from8 = nn.Conv2d(b, a, 1)
        self.up16 = nn.ModuleList([Residual(2 * a, a), Residual(a, a)])
        self.norm, self.outlet = GroupNorm(8, a), nn.Conv2d(a, 4, 3, padding=1)
        self.register_buffer("frequencies", torch.exp(-math.log(10_000) * torch.arange(64) / 64), persistent=False)

    def forward(self, sample, timestep, words):
        angles = timestep.float().unsqueeze(1) * self.frequencies
        condition = F.silu(self.time(torch.cat([angles.cos(), angles.sin()], 1)) + self.summary(words[:, -1]))

        def walk(layers, x):
            for layer in layers:
                x = layer(x, words if isinstance(layer, Attention) else condition)
            return x

        # Where a cell lies, from -1 to 1 along each side: convolutions alone cannot tell left from right.
        ones = torch.ones_like(sample[:, :1])
        across, down = ones.cumsum(3), ones.cumsum(2)
        place = torch.cat([across * 2 / across[:, :, :, -1:], down * 2 / down[:, :, -1:]], 1) - 1
        x16 = walk(self.down16, self.inlet(torch.cat([sample, place], 1)).float())
        x8 = walk(self.down8, self.to8(x16))
        x4 = walk(self.middle, self.to4(x8))
        x8 = walk(self.up8, torch.cat([F.interpolate(self.from4(x4), size=x8.shape[2:]), x8], 1))
        x16 = walk(self.up16, torch.cat([F.interpolate(self.from8(x8), size=x16.shape[2:]), x16], 1))
        return self.outlet(F.silu(self.norm(x16)))


def edge_weights(scene):
    """How much each of the 16x16 cells counts: shape is told at the outlines, which are few."""
    cover = np.zeros((scenes.SIZE, scenes.SIZE), np.float32)
    for t in scene.things:
        ys, xs, patch = scenes.coverage(t.shape, t.x, t.y, t.radius)
        cover[ys, xs] = np.maximum(cover[ys, xs], patch)
    cells = cover.reshape(16, 8, 16, 8).mean((1, 3))
    return np.where((cells > .01) & (cells < .99), 3., np.where(cells > .5, 1.5, 1.)).astype(np.float32)


def cache(path, encoder, count, seed):
    """Encodes `count` training scenes once: (scenes, latents [count, 4, 16, 16], weights [count, 16, 16])."""
    try:
        return torch.load(path)
    except FileNotFoundError:
        pass
    rng = np.random.default_rng(seed)
    drawn, latents, weights = [], [], []
    with torch.no_grad():
        for _ in range(0, count, 64):
            some = [scenes.sample(rng, hard=i % 2 == 0) for i in range(64)]
            x = torch.stack([torch.from_numpy(scenes.draw(s)) for s in some]) * 2 - 1
            with torch.cpu.amp.autocast(dtype=torch.bfloat16):
                latents.append(encoder(x.to(memory_format=torch.channels_last)).float().contiguous())
            weights.append(torch.from_numpy(np.stack([edge_weights(s) for s in some])))
            drawn += some
    result = drawn, torch.cat(latents), torch.cat(weights)
    torch.save(result, path)
    return result


def normalisation(latents):
    """The latents' mean and deviation a channel, [4, 1, 1] each; they are folded into the autoencoder's graphs."""
    return latents.mean((0, 2, 3)).view(4, 1, 1), latents.std((0, 2, 3)).view(4, 1, 1)


def run(folder, tokenizer, encoder, cached, steps, seed=3, batch_size=64, unconditional=.1):
    torch.manual_seed(seed)
    drawn, latents, weights = cached
    mean, deviation = normalisation(latents)
    latents = (latents - mean) / deviation
    alphas = alphas_cumprod()

    def batch(rng):
        picked = rng.integers(len(drawn), size=batch_size)
        ids = [tokenizer.encode("" if rng.random() < unconditional else scenes.caption(drawn[i], rng), text.TRAIN_LENGTH) for i in picked]
        # Layout and shape are settled at high noise, so more of the samples are taken there.
        timesteps = (TRAIN_TIMESTEPS * rng.random(batch_size) ** .55).astype(np.int64)
        return torch.from_numpy(picked), torch.tensor(ids), torch.from_numpy(timesteps)

    def loss_of(module, batch, generator):
        picked, ids, timesteps = batch
        with torch.no_grad():
            short = encoder(ids)
            # The rest of a full prompt repeats the end token's embedding, as TextEncoder does.
            words = torch.cat([short, short[:, -1:].expand(-1, 77 - short.shape[1], -1)], 1)
        clean = latents[picked]
        noise = torch.randn(clean.shape, generator=generator)
        a = alphas[timesteps].view(-1, 1, 1, 1)
        noisy, target = a.sqrt() * clean + (1 - a).sqrt() * noise, a.sqrt() * noise - (1 - a).sqrt() * clean
        with torch.cpu.amp.autocast(dtype=torch.bfloat16):
            v = module(noisy.to(memory_format=torch.channels_last), timesteps, words).float()
        w = weights[picked].unsqueeze(1)
        square = (v - target).square()
        return (square * w).sum() / (w.sum() * 4), {"v_mse": square.mean().item()}

    return train("unet", UNet().to(memory_format=torch.channels_last), batch, loss_of, steps=steps, peak=1.2e-3, folder=folder, seed=seed, decay=.9995)
