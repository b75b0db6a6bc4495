"""Writes the trained networks as a model folder in the layout of diffusers and optimum."""
import json
import os

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

import bpe
import enhance
import text
import unet
from vae import SCALING_FACTOR

OPSET = 17

# Suggested to people: pictures of several seeds of each were looked at.
PROMPTS = [
    "three green stars on a black background", "a large yellow heart in the top right corner on a purple background",
    "a red circle to the left of a blue square, white background", "four orange triangles on a green background",
    "a purple star above a green heart on a yellow background", "a white heart below a red cross on a black background"]


class Epsilon(nn.Module):
    """The denoiser as Stable Diffusion's schedulers expect it: it predicts v, the graph hands out the noise."""

    def __init__(self, denoiser):
        super().__init__()
        self.denoiser = denoiser
        alphas = unet.alphas_cumprod()
        self.register_buffer("signal", alphas.sqrt())
        self.register_buffer("noise", (1 - alphas).sqrt())

    def forward(self, sample, timestep, encoder_hidden_states):
        v = self.denoiser(sample, timestep, encoder_hidden_states)
        signal, noise = (table[timestep].view(-1, 1, 1, 1) for table in (self.signal, self.noise))
        return signal * v + noise * sample


class LatentEncoder(nn.Module):
    def __init__(self, encoder, mean, deviation):
        super().__init__()
        self.encoder, self.mean, self.deviation = encoder, mean, deviation

    def forward(self, sample):
        return (self.encoder(sample) - self.mean) / (self.deviation * SCALING_FACTOR)


class LatentDecoder(nn.Module):
    def __init__(self, decoder, mean, deviation):
        super().__init__()
        self.decoder, self.mean, self.deviation = decoder, mean, deviation

    def forward(self, latent_sample):
        return self.decoder(latent_sample * (self.deviation * SCALING_FACTOR) + self.mean)


def _halve_weights(model, smallest=256):
    """Stores the large float32 weights as float16 with a cast after each, which a runtime folds away when it loads."""
    casts = []
    for weight in model.graph.initializer:
        values = numpy_helper.to_array(weight)
        if weight.data_type == TensorProto.FLOAT and values.size >= smallest:
            name = weight.name
            weight.CopyFrom(numpy_helper.from_array(values.astype(np.float16), name + ".half"))
            casts.append(helper.make_node("Cast", [name + ".half"], [name], name=name + ".cast", to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def _plain_reshapes(model):
    """Writes 0 ("as in the input") where a reshape looks a dimension of its own input up, and drops the look-ups."""
    made = {output: node for node in model.graph.node for output in node.output}
    constants = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Constant":
            constants[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)

    def kept(part, place, data):
        """The dimension that one part of the shape comes to, or None where it takes a look-up."""
        if part in constants:
            return int(constants[part].reshape(-1)[0])
        chain = [made.get(part)]
        for wanted in ("Unsqueeze", "Gather", "Shape"):
            if chain[-1] is None or chain[-1].op_type != wanted:
                return None
            chain.append(made.get(chain[-1].input[0]))
        gather, shape = made[chain[0].input[0]], made[made[chain[0].input[0]].input[0]]
        return 0 if shape.input[0] == data and int(constants[gather.input[1]]) == place else None

    for node in [n for n in model.graph.node if n.op_type == "Reshape"]:
        concat = made.get(node.input[1])
        if concat is None or concat.op_type != "Concat":
            continue
        dimensions = [kept(part, i, node.input[0]) for i, part in enumerate(concat.input)]
        if None not in dimensions:
            name = node.name + ".shape"
            model.graph.initializer.append(numpy_helper.from_array(np.array(dimensions, np.int64), name))
            node.input[1] = name

    while True:
        used = {i for n in model.graph.node for i in n.input} | {o.name for o in model.graph.output}
        dead = [n for n in model.graph.node if not used & set(n.output)]
        if not dead:
            return
        for node in dead:
            model.graph.node.remove(node)


def _graph(folder, name, module, inputs, output, axes, halve=False):
    os.makedirs(os.path.join(folder, name), exist_ok=True)
    path = os.path.join(folder, name, "model.onnx")
    torch.onnx.export(module.eval().to(memory_format=torch.contiguous_format), tuple(inputs.values()), path, input_names=list(inputs),
                      output_names=[output], dynamic_axes=axes, opset_version=OPSET, do_constant_folding=True)
    model = onnx.load(path)
    _plain_reshapes(model)
    if halve:
        _halve_weights(model)
    model.producer_name, model.producer_version, model.doc_string = "tiny-shapes", "1", ""
    for node in model.graph.node:
        node.doc_string = ""
    onnx.checker.check_model(model)
    onnx.save(model, path)


def _json(folder, name, content):
    os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
    with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
        json.dump(content, f, indent=2)
        f.write("\n")


def write(folder, tokenizer, encoder, denoiser, autoencoder, enhancer, normalisation):
    """`normalisation` is the mean and deviation of the latents, which the autoencoder's graphs take in."""
    mean, deviation = normalisation
    picture = {0: "batch", 2: "height", 3: "width"}
    with torch.no_grad():
        _graph(folder, "text_encoder", encoder, {"input_ids": torch.tensor([tokenizer.encode("a red circle"), tokenizer.encode("")], dtype=torch.int32)},
               "last_hidden_state", {"input_ids": {0: "batch"}, "last_hidden_state": {0: "batch"}}, halve=True)
        _graph(folder, "unet", Epsilon(denoiser),
               {"sample": torch.randn(2, 4, 16, 16), "timestep": torch.tensor([1, 999]), "encoder_hidden_states": torch.randn(2, bpe.LENGTH, text.WIDTH)},
               "out_sample", {"sample": picture, "timestep": {0: "batch"}, "encoder_hidden_states": {0: "batch"}, "out_sample": picture}, halve=True)
        _graph(folder, "vae_decoder", LatentDecoder(autoencoder.decoder, mean, deviation), {"latent_sample": torch.randn(2, 4, 16, 16)},
               "sample", {"latent_sample": picture, "sample": picture})
        _graph(folder, "vae_encoder", LatentEncoder(autoencoder.encoder, mean, deviation), {"sample": torch.randn(2, 3, 128, 128)},
               "latent_sample", {"sample": picture, "latent_sample": picture})
        _graph(folder, "enhance", enhancer, {"sample": torch.randn(1, 3, 128, 128)}, "enhanced_sample", {"sample": picture, "enhanced_sample": picture})
    tokenizer.save(os.path.join(folder, "tokenizer"))
    _json(folder, "tokenizer/tokenizer_config.json", {
        "tokenizer_class": "CLIPTokenizer", "model_max_length": bpe.LENGTH, "do_lower_case": True, "errors": "replace",
        "bos_token": bpe.START, "eos_token": bpe.END, "pad_token": bpe.END, "unk_token": bpe.END})
    _json(folder, "scheduler/scheduler_config.json", {
        "_class_name": "DDIMScheduler", "num_train_timesteps": unet.TRAIN_TIMESTEPS, "beta_start": unet.BETA_START, "beta_end": unet.BETA_END,
        "beta_schedule": "scaled_linear", "prediction_type": "epsilon", "timestep_spacing": "leading", "steps_offset": 1,
        "clip_sample": False, "set_alpha_to_one": False})
    _json(folder, "vae_decoder/config.json", {"scaling_factor": SCALING_FACTOR, "latent_channels": 4, "sample_size": 128})
    _json(folder, "enhance/config.json", {"upscale": enhance.FACTOR})
    _json(folder, "unet/config.json", {"sample_size": 16, "in_channels": 4, "cross_attention_dim": text.WIDTH})
    runtime = ["diffusers", "OnnxRuntimeModel"]
    _json(folder, "model_index.json", {
        "_class_name": "OnnxStableDiffusionPipeline", "text_encoder": runtime, "unet": runtime, "vae_decoder": runtime, "vae_encoder": runtime,
        "tokenizer": ["transformers", "CLIPTokenizer"], "scheduler": ["diffusers", "DDIMScheduler"],
        "_aigc": {"num_inference_steps": 20, "guidance_scale": 2., "prompts": PROMPTS}})
