"""Trains tiny-shapes, all stages in one run: autoencoder, text encoder, denoiser, enhancer; then exports it.

    python3 train.py --work FOLDER [--out FOLDER]

FOLDER keeps a checkpoint a stage: a run that was stopped goes on from there when it is started again.
"""
import argparse
import os

import torch

import bpe
import enhance
import export
import text
import unet
import vae

STEPS = {"vae": 3000, "text": 700, "unet": 12_000, "enhance": 3000}
CACHED = 61_440  # training scenes whose latents are kept


def trained(work):
    """Every stage in turn, trained or read from its checkpoint: (tokenizer, text, unet, vae, enhancer, latents)."""
    os.makedirs(work, exist_ok=True)
    tokenizer = bpe.Tokenizer.learn()
    autoencoder = vae.run(work, STEPS["vae"])
    encoder = text.run(work, tokenizer, STEPS["text"])
    cached = unet.cache(os.path.join(work, "latents.pt"), autoencoder.encoder, CACHED, seed=5)
    denoiser = unet.run(work, tokenizer, encoder, cached, STEPS["unet"])
    enhancer = enhance.run(work, autoencoder, STEPS["enhance"])
    return tokenizer, encoder, denoiser, autoencoder, enhancer, cached[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", required=True, help="where checkpoints are kept")
    parser.add_argument("--out", default=os.path.join(os.path.dirname(__file__), ".."), help="where the model folder is written")
    arguments = parser.parse_args()
    tokenizer, encoder, denoiser, autoencoder, enhancer, latents = trained(arguments.work)
    export.write(arguments.out, tokenizer, encoder, denoiser, autoencoder, enhancer, unet.normalisation(latents))


if __name__ == "__main__":
    main()
