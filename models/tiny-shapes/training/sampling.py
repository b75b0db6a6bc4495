"""Pictures straight from a training checkpoint, by DDIM in PyTorch: to watch training, not to serve."""
import os

import numpy as np
import torch
from PIL import Image

import bpe
import enhance
import scenes
import text
import unet
import vae


def _load(folder, name, module):
    module.load_state_dict(torch.load(os.path.join(folder, f"{name}.pt"), map_location="cpu")["average"])
    return module.eval()


@torch.no_grad()
def draw(folder, captions, *, steps=20, guidance=2., seed=0, batch=50):
    """uint8 [128, 128, 3] for each caption; timesteps are spaced as `leading` with an offset of 1."""
    tokenizer = bpe.Tokenizer.learn()
    encoder = _load(folder, "text", text.Reader(tokenizer)).encoder
    denoiser = _load(folder, "unet", unet.UNet())
    decoder = _load(folder, "vae", vae.Autoencoder()).decoder
    mean, deviation = unet.normalisation(torch.load(os.path.join(folder, "latents.pt"))[1])
    alphas = unet.alphas_cumprod()
    stride = unet.TRAIN_TIMESTEPS // steps
    blank = encoder(torch.tensor([tokenizer.encode("")]))
    generator, pictures = torch.Generator().manual_seed(seed), []
    for at in range(0, len(captions), batch):
        words = encoder(torch.tensor([tokenizer.encode(c) for c in captions[at:at + batch]]))
        count = len(words)
        both = torch.cat([blank.expand(count, -1, -1), words])
        x = torch.randn((count, 4, 16, 16), generator=generator)
        for t in [i * stride + 1 for i in reversed(range(steps))]:
            a = alphas[t]
            previous = alphas[t - stride] if t > stride else alphas[0]
            without, along = denoiser(x.repeat(2, 1, 1, 1), torch.full((2 * count,), t), both).chunk(2)
            v = without + guidance * (along - without)
            clean, noise = a.sqrt() * x - (1 - a).sqrt() * v, a.sqrt() * v + (1 - a).sqrt() * x
            x = previous.sqrt() * clean + (1 - previous).sqrt() * noise
        out = decoder(x * deviation + mean).clamp(-1, 1)
        pictures += list(((out + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy())
    return pictures


@torch.no_grad()
def compare_enhancer(folder, drawn):
    """Prints the mean PSNR of the enhancer and of bicubic growth: from true small drawings, and from the decoder's."""
    enhancer = _load(folder, "enhance", enhance.Enhancer())
    autoencoder = _load(folder, "vae", vae.Autoencoder())
    gained = {"drawings": [], "decoded": []}
    for scene in drawn:
        small = torch.from_numpy(scenes.draw(scene))[None] * 2 - 1
        fine = scenes.draw(scene, scenes.SIZE * enhance.FACTOR) * 255
        for name, x in (("drawings", small), ("decoded", autoencoder.decoder(autoencoder.encoder(small)).clamp(-1, 1))):
            pixels = ((x[0] + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()
            x = torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 127.5 - 1
            ours = ((enhancer(x)[0].clamp(-1, 1) + 1) * 127.5).round().numpy()
            bicubic = np.asarray(Image.fromarray(pixels).resize((fine.shape[2], fine.shape[1]), Image.BICUBIC)).transpose(2, 0, 1)
            gained[name].append([10 * np.log10(255 ** 2 / np.mean((p - fine) ** 2)) for p in (ours, bicubic.astype(np.float32))])
    for name, figures in gained.items():
        ours, bicubic = np.mean(figures, 0)
        print(f"{name:9} enhancer {ours:.1f} dB, bicubic {bicubic:.1f} dB, gain {ours - bicubic:+.1f} dB")
