"""The enhancer: x4 super-resolution of the same pictures, 128x128 to 512x512, a residual over nearest-neighbour growth."""
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import scenes
from loop import train

FACTOR = 4
WIDTH = 32
CROP = 64


class Enhancer(nn.Module):
    """sample [B, 3, H, W] in [-1, 1] to [B, 3, 4H, 4W] in [-1, 1]."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, WIDTH, 5, padding=2), nn.ReLU(),
            nn.Conv2d(WIDTH, WIDTH, 3, padding=1), nn.ReLU(),
            nn.Conv2d(WIDTH, WIDTH, 3, padding=1), nn.ReLU(),
            nn.Conv2d(WIDTH, WIDTH, 3, padding=1), nn.ReLU(),
            nn.Conv2d(WIDTH, 3 * FACTOR ** 2, 3, padding=1))

    def forward(self, x):
        return F.interpolate(x, scale_factor=float(FACTOR)) + F.pixel_shuffle(self.layers(x), FACTOR)


def decoded(autoencoder, x, rng):
    """The pictures as the decoder draws them from latents that are a little off: what the enhancer meets at work."""
    with torch.no_grad(), torch.cpu.amp.autocast(dtype=torch.bfloat16):
        z = autoencoder.encoder(x).float()
        off = rng.uniform(0, .2, (len(x), 1, 1, 1)) * rng.standard_normal(z.shape)
        return autoencoder.decoder(z + torch.from_numpy(off).float()).float().contiguous()


def run(folder, autoencoder, steps, seed=4, batch_size=12):
    torch.manual_seed(seed)

    def batch(rng):
        drawn = [scenes.sample(rng) for _ in range(batch_size)]
        coarse = torch.stack([torch.from_numpy(scenes.draw(s)) for s in drawn]) * 2 - 1
        coarse = torch.cat([coarse[:8], decoded(autoencoder, coarse[8:], rng)])
        inputs, targets = [], []
        for scene, picture in zip(drawn, coarse):
            # Crops lie around an object: most of a scene is flat, and teaches nothing.
            thing = scene.things[int(rng.integers(len(scene.things)))]
            x, y = (int(np.clip(c - CROP / 2 + rng.uniform(-12, 12), 0, scenes.SIZE - CROP)) for c in (thing.x, thing.y))
            fine = torch.from_numpy(scenes.draw(scene, scenes.SIZE * FACTOR)) * 2 - 1
            inputs.append(picture[:, y:y + CROP, x:x + CROP])
            targets.append(fine[:, y * FACTOR:(y + CROP) * FACTOR, x * FACTOR:(x + CROP) * FACTOR])
        return torch.stack(inputs), torch.stack(targets)

    def loss_of(module, batch, generator):
        x, target = batch
        with torch.cpu.amp.autocast(dtype=torch.bfloat16):
            out = module(x).float()
        square = F.mse_loss(out, target)
        return F.l1_loss(out, target) + 20 * square, {"psnr": (-10 * torch.log10(square.detach() / 4)).item()}

    return train("enhance", Enhancer(), batch, loss_of, steps=steps, peak=2e-3, folder=folder, seed=seed, weight_decay=0.)
