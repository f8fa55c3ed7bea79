"""What the probe costs a DataLoader: the same job with and without it, in turn. Prints the ratio of the rates.

usage: overhead.py PROBE-FOLDER ROUNDS [JOB]    JOB: batches (300 batches/s) or pictures (10 000 pictures/s)
"""
import os
import shutil
import subprocess
import sys
import tempfile

JOB = r"""
import sys, time, torch
from torch.utils.data import DataLoader, Dataset
torch.set_num_threads(1)
BATCH, EACH = (8, 120) if sys.argv[1] == "batches" else (64, 30)
class Add:
    def __call__(self, x): return x + 1
class Chain:
    def __init__(self, steps): self.steps = steps
    def __call__(self, x):
        for s in self.steps: x = s(x)
        return x
class Pictures(Dataset):
    def __init__(self): self.x = torch.zeros(3, 32, 32); self.tf = Chain([Add(), Add(), Add(), Add()])
    def __len__(self): return 10 ** 7
    def __getitem__(self, i):
        x = self.tf(self.x)
        # Work of a set amount: one of a set time would hide what the probe takes.
        for _ in range(EACH): x = x + 1
        return x
loader = iter(DataLoader(Pictures(), batch_size=BATCH, num_workers=2))
for _ in range(40): next(loader)
start, count = time.perf_counter(), 0
while time.perf_counter() - start < 4: next(loader); count += 1
print(count / (time.perf_counter() - start))
loader._shutdown_workers()
"""


def run(probe, kind):
    folder = tempfile.mkdtemp(prefix="augtop-", dir="/dev/shm")
    env = dict(os.environ)
    if probe:
        env.update(AUGTOP_WATCH=folder, PYTHONPATH=probe)
    try:
        done = subprocess.run([sys.executable, "-c", JOB, kind], env=env, capture_output=True, text=True, check=True)
        return float(done.stdout)
    finally:
        shutil.rmtree(folder)


def main():
    probe, rounds = sys.argv[1], int(sys.argv[2])
    kind = sys.argv[3] if len(sys.argv) > 3 else "batches"
    ratios = []
    for turn in range(rounds):
        if turn % 2:
            watched, plain = run(probe, kind), run(None, kind)
        else:
            plain, watched = run(None, kind), run(probe, kind)
        ratios.append(watched / plain)
        print("%.1f batches/s without, %.1f with: %+.2f %%" % (plain, watched, 100 * (watched / plain - 1)), flush=True)
    ratios.sort()
    print("median %+.2f %% of %d rounds" % (100 * (ratios[len(ratios) // 2] - 1), rounds))


main()
