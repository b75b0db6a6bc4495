"""The autoencoder: 128x128 pictures to 4x16x16 latents and back (a factor of 8 a side, as Stable Diffusion has it)."""
import torch
from torch import nn
from torch.nn import functional as F

import scenes
from loop import train

SCALING_FACTOR = .18215  # Stable Diffusion's; the graphs are folded so that it holds here
LATENT_NOISE = .1        # added while training, so that small faults of the denoiser do not show


class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.one = nn.Conv2d(channels, channels, 3, padding=1)
        self.two = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x):
        return F.relu(x + self.two(F.relu(self.one(x))))


class Encoder(nn.Module):
    """[B, 3, 8h, 8w] in [-1, 1] to [B, 4, h, w], about unit variance."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.PixelUnshuffle(4), nn.Conv2d(48, 64, 3, padding=1), nn.ReLU(), Block(64),
            nn.Conv2d(64, 96, 3, stride=2, padding=1), nn.ReLU(), Block(96), Block(96),
            nn.Conv2d(96, 4, 3, padding=1))

    def forward(self, x):
        return self.layers(x)


class Decoder(nn.Module):
    """[B, 4, h, w] to [B, 3, 8h, 8w] in [-1, 1]."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(4, 96, 3, padding=1), nn.ReLU(), Block(96), Block(96),
            nn.Conv2d(96, 48 * 4, 3, padding=1), nn.PixelShuffle(2), nn.ReLU(), Block(48), Block(48),
            nn.Conv2d(48, 3 * 16, 3, padding=1), nn.PixelShuffle(4))

    def forward(self, z):
        return self.layers(z)


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = Encoder(), Decoder()


def pictures(rng, count):
    """[count, 3, 128, 128] in [-1, 1], of training combinations only."""
    drawn = [scenes.draw(scenes.sample(rng)) for _ in range(count)]
    return torch.stack([torch.from_numpy(p) for p in drawn]) * 2 - 1


def _loss(module, x, generator):
    x = x.to(memory_format=torch.channels_last)
    with torch.cpu.amp.autocast(dtype=torch.bfloat16):
        z = module.encoder(x).float()
        noisy = z + LATENT_NOISE * torch.randn(z.shape, generator=generator)
        out = module.decoder(noisy.to(memory_format=torch.channels_last))
    out = out.float()
    square = F.mse_loss(out, x)
    drift = (z.square().mean((0, 2, 3)) - 1).square().mean() + z.mean((0, 2, 3)).square().mean()
    loss = F.l1_loss(out, x) + square + .05 * drift
    return loss, {"psnr": (-10 * torch.log10(square.detach() / 4)).item(), "drift": drift.item()}


def run(folder, steps, seed=1):
    torch.manual_seed(seed)
    module = Autoencoder().to(memory_format=torch.channels_last)
    return train("vae", module, lambda rng: pictures(rng, 32), _loss, steps=steps, peak=2e-3, folder=folder, seed=seed, weight_decay=0.)
