"""What every training stage shares: seeds, the moving average, the rate schedule, and checkpoints that resume."""
import copy
import math
import os
import time

import numpy as np
import torch

torch.set_num_threads(int(os.environ.get("TRAIN_THREADS", "2")))


def batches(make, seed, start, steps):
    """Yields (step, batch). Each step has a generator of its own, so a resumed run sees what an unbroken one would."""
    for step in range(start, steps):
        yield step, make(np.random.default_rng([seed, step]))


def rate_at(step, steps, peak, warmup=200):
    """Linear warm-up, then a cosine down to a hundredth of the peak."""
    if step < warmup:
        return peak * (step + 1) / warmup
    along = (step - warmup) / max(1, steps - warmup)
    return peak * (.01 + .99 * .5 * (1 + math.cos(math.pi * along)))


class Average:
    """Exponential moving average of a module's weights, slow to start so that early steps do not linger."""

    def __init__(self, module, decay):
        self.module, self.decay, self.count = copy.deepcopy(module).eval(), decay, 0

    @torch.no_grad()
    def update(self, module):
        self.count += 1
        decay = min(self.decay, (1 + self.count) / (10 + self.count))
        ours, theirs = list(self.module.parameters()), [p.detach() for p in module.parameters()]
        torch._foreach_mul_(ours, decay)
        torch._foreach_add_(ours, theirs, alpha=1 - decay)
        for mine, their in zip(self.module.buffers(), module.buffers()):
            mine.copy_(their)


def train(name, module, make_batch, loss_of, *, steps, peak, folder, seed, decay=.999, save_every=1000, weight_decay=.01, log=print):
    """Trains `module` and returns its averaged copy.

    `make_batch(rng)` gives a batch; `loss_of(module, batch, generator)` gives a scalar and a dict of figures to log.
    The state lies in `folder/name.pt`: a run that was cut off goes on from there.
    """
    path = os.path.join(folder, f"{name}.pt")
    optimiser = torch.optim.AdamW(module.parameters(), lr=peak, betas=(.9, .99), weight_decay=weight_decay)
    average, start = Average(module, decay), 0
    if os.path.exists(path):
        state = torch.load(path)
        module.load_state_dict(state["module"])
        average.module.load_state_dict(state["average"])
        if state["step"] >= steps:
            return average.module
        optimiser.load_state_dict(state["optimiser"])
        average.count, start = state["step"], state["step"]

    began, shown = time.time(), start
    for step, batch in batches(make_batch, seed, start, steps):
        generator = torch.Generator().manual_seed(seed * 1_000_003 + step)
        for group in optimiser.param_groups:
            group["lr"] = rate_at(step, steps, peak)
        loss, figures = loss_of(module, batch, generator)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(module.parameters(), 1.0)
        optimiser.step()
        average.update(module)
        done = step + 1
        if done % 100 == 0 or done == steps:
            rate = (done - shown) / (time.time() - began)
            log(f"{name} {done}/{steps} loss {loss.item():.4f} " + " ".join(f"{k} {v:.4f}" for k, v in figures.items())
                + f" | {rate:.2f} steps/s, {(steps - done) / rate / 60:.1f} min left", flush=True)
            began, shown = time.time(), done
        if done % save_every == 0 or done == steps:
            partial = path + ".partial"
            torch.save({"module": module.state_dict(), "average": average.module.state_dict(),
                        "optimiser": optimiser.state_dict(), "step": done}, partial)
            os.replace(partial, path)
    return average.module
