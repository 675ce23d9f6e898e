# SPDX-FileCopyrightText: The Cardinal authors
# SPDX-License-Identifier: Apache-2.0
"""Trains the demo model: python train.py DATA OUT.pth  (DATA/train/<class>/*.jpg, DATA/test/<class>/*.jpg, 32x32).

SGD with Nesterov momentum, one-cycle learning rate, label smoothing 0.1, random flips and shifts, and an exponential
moving average of the parameters, which is what is stored. The first epochs use 24x24 crops, the rest whole images.
bfloat16 arithmetic where the CPU has it. Seeded; the figures depend on the machine's rounding all the same.
"""
import math
import pathlib
import sys
import time

import numpy as np
import torch
from PIL import Image
from torch.nn import functional as F

from model import ResNeXt29

MEAN = torch.tensor([0.4914, 0.4822, 0.4465]).view(1, 3, 1, 1)
STD = torch.tensor([0.2470, 0.2435, 0.2616]).view(1, 3, 1, 1)
BATCH, PEAK_LR, DECAY, SMALL_EPOCHS, EPOCHS, SEED = 128, 0.15, 5e-4, 9, 21, 1
CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


def load(folder):
    images, labels = [], []
    for index, name in enumerate(CLASSES):
        for path in sorted(pathlib.Path(folder, name).glob("*.jpg")):
            images.append(np.asarray(Image.open(path).convert("RGB")))
            labels.append(index)
    x = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).contiguous()
    return x, torch.tensor(labels)


def normalise(x):
    return ((x.float() / 255 - MEAN) / STD).contiguous(memory_format=torch.channels_last)


def augment(x, size, generator):
    """A random flip and a random window of `size` of the image padded by 4 (for whole images) or unpadded."""
    pad = 4 if size == 32 else 0
    x = F.pad(x, (pad,) * 4)
    room = x.shape[-1] - size + 1
    top = torch.randint(room, (len(x),), generator=generator)
    left = torch.randint(room, (len(x),), generator=generator)
    flip = torch.rand(len(x), generator=generator) < 0.5
    rows = (top[:, None] + torch.arange(size))[:, None, :, None]
    columns = left[:, None] + torch.arange(size)
    columns = torch.where(flip[:, None], columns.flip(1), columns)[:, None, None, :]
    return x[torch.arange(len(x))[:, None, None, None], torch.arange(3)[None, :, None, None], rows, columns]


def evaluate(model, x, y):
    model.eval()
    right = 0
    with torch.no_grad():
        for i in range(0, len(x), 500):
            right += (model(normalise(x[i:i + 500])).argmax(1) == y[i:i + 500]).sum().item()
    model.train()
    return right / len(x)


def main(data, out):
    torch.manual_seed(SEED)
    generator = torch.Generator().manual_seed(SEED)
    x, y = load(f"{data}/train")
    tx, ty = load(f"{data}/test")
    model = ResNeXt29().to(memory_format=torch.channels_last).train()
    average = ResNeXt29().to(memory_format=torch.channels_last)
    average.load_state_dict(model.state_dict())
    decayed = [p for p in model.parameters() if p.ndim > 1]
    free = [p for p in model.parameters() if p.ndim <= 1]
    optimiser = torch.optim.SGD([{"params": decayed, "weight_decay": DECAY}, {"params": free, "weight_decay": 0}],
                                lr=PEAK_LR, momentum=0.9, nesterov=True)
    steps = len(x) // BATCH
    total, step, start = steps * EPOCHS, 0, time.time()
    for epoch in range(EPOCHS):
        order = torch.randperm(len(x), generator=generator)
        size = 24 if epoch < SMALL_EPOCHS else 32
        for b in range(steps):
            rate = step / total
            lr = PEAK_LR * (rate / 0.2 if rate < 0.2 else 0.5 * (1 + math.cos(math.pi * (rate - 0.2) / 0.8)))
            for group in optimiser.param_groups:
                group["lr"] = max(lr, 1e-5)
            pick = order[b * BATCH:(b + 1) * BATCH]
            batch = normalise(augment(x[pick], size, generator))
            optimiser.zero_grad(set_to_none=True)
            with torch.autocast("cpu", torch.bfloat16):
                loss = F.cross_entropy(model(batch), y[pick], label_smoothing=0.1)
            loss.backward()
            optimiser.step()
            step += 1
            keep = min(0.998, (1 + step) / (10 + step))
            with torch.no_grad():
                for a, p in zip(average.state_dict().values(), model.state_dict().values()):
                    if a.dtype.is_floating_point:
                        a.mul_(keep).add_(p, alpha=1 - keep)
                    else:
                        a.copy_(p)
            if step % 100 == 0:
                print(f"epoch {epoch} step {step}/{total} loss {loss.item():.3f} {time.time() - start:.0f} s", flush=True)
        if epoch >= EPOCHS - 4 or epoch % 4 == 0:
            print(f"epoch {epoch}: test accuracy {evaluate(average, tx, ty):.4f}", flush=True)
        torch.save(average.state_dict(), out)


if __name__ == "__main__":
    main(*sys.argv[1:])
