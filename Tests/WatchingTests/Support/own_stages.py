"""A job as people write them, which knows nothing of augtop: its own Dataset, its own chain of transforms, a net that
trains. Prints its losses bit for bit, and its own clock's time of each transform where asked to.

usage: own_stages.py WORKERS [START-METHOD] [clock]
"""
import sys
import time

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

CLOCK = "clock" in sys.argv
spent = {}


def clocked(name, f, x):
    if not CLOCK:
        return f(x)
    start = time.perf_counter()
    y = f(x)
    spent[name] = spent.get(name, 0) + time.perf_counter() - start
    return y


def noise(x):
    return x + 0.01 * torch.randn_like(x)


class Flip:
    def __call__(self, x):
        return x.flip(-1) if torch.rand(1).item() < 0.5 else x


class Blur:
    """Takes a while."""

    def __call__(self, x):
        for _ in range(3):
            x = torch.nn.functional.avg_pool2d(x.unsqueeze(0), 5, 1, 2).squeeze(0)
        return x


class Scale:
    """Held by itself, under a name of the script's own."""

    def __call__(self, x):
        return x * 1.5


class Chain:
    def __init__(self, steps):
        self.steps = steps

    def __call__(self, x):
        for step in self.steps:
            x = clocked(type(step).__name__, step, x)
        return x


class Pictures(Dataset):
    def __init__(self, count):
        self.count = count
        self.data = np.random.default_rng(0).integers(0, 255, (64, 3, 64, 64), dtype=np.uint8)
        self.tf = Chain([Flip(), noise, Blur()])
        self.brighter = Scale()

    def __len__(self):
        return self.count

    def load(self, i):
        return torch.from_numpy(self.data[i % 64].copy()).float() / 255

    def __getitem__(self, i):
        return self.brighter(self.tf(self.load(i))), i % 10


def main():
    workers = int(sys.argv[1])
    method = sys.argv[2] if len(sys.argv) > 2 and sys.argv[2] != "clock" else None
    torch.manual_seed(1)
    torch.set_num_threads(1)
    train = DataLoader(
        Pictures(640), batch_size=32, shuffle=True, num_workers=workers, multiprocessing_context=method if workers else None,
        persistent_workers=workers > 0,
    )
    validation = DataLoader(Pictures(96), batch_size=32, num_workers=min(workers, 1))
    net = torch.nn.Sequential(
        torch.nn.Conv2d(3, 8, 3, 2), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(8 * 31 * 31, 10))
    optimizer = torch.optim.SGD(net.parameters(), 0.01)
    losses = []
    for epoch in range(2):
        for x, y in train:
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(net(x), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item().hex())
        with torch.no_grad():
            losses.append(sum(net(x).sum().item() for x, y in validation).hex())
    print(" ".join(losses))
    if CLOCK:
        print({name: seconds for name, seconds in spent.items()})


if __name__ == "__main__":
    main()
