"""What a bypassed transform saves, beside a job that doesn't have it: four jobs with two workers each that train a net,
plain, without the transform, watched, and watched with `--off`, in turns of 0.3 s. Prints the ratios of their times a
batch with 90 % intervals. The Python that runs this has PyTorch, and runs the jobs.

usage: without.py AUGTOP ROUNDS
"""
import os
import statistics
import subprocess
import sys
import tempfile

JOB = r"""
import sys, time
import numpy as np, torch
from torch import nn
from torch.utils.data import DataLoader, Dataset
torch.set_num_threads(1)
class Blur:
    def __call__(self, x):
        for _ in range(3):
            x = (x + np.roll(x, 1, 0) + np.roll(x, -1, 0) + np.roll(x, 1, 1) + np.roll(x, -1, 1)) / np.float32(5)
        return x
class Noise:
    def __call__(self, x): return x + np.random.normal(0, .1, x.shape).astype(np.float32)
class Normalize:
    def __call__(self, x): return (x - x.mean()) / (x.std() + np.float32(1e-5))
class Photos(Dataset):
    def __init__(self):
        self.x = np.random.rand(64, 64, 64, 3).astype(np.float32)
        self.steps = [t for t in (Blur(), Noise(), Normalize()) if type(t).__name__ not in sys.argv]
    def __len__(self): return 10 ** 7
    def __getitem__(self, i):
        x = self.x[i % 64]
        for t in self.steps: x = t(x)
        return torch.from_numpy(np.ascontiguousarray(x.transpose(2, 0, 1))), i % 10
net = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2), nn.ReLU(), nn.Conv2d(8, 16, 3, stride=2), nn.Flatten(), nn.Linear(3600, 10))
optimizer = torch.optim.SGD(net.parameters(), .01)
def steps():
    for x, y in DataLoader(Photos(), batch_size=16, num_workers=2):
        optimizer.zero_grad(); nn.functional.cross_entropy(net(x), y).backward(); optimizer.step()
        yield
s = steps()
next(s)
print("ready", flush=True)
for line in sys.stdin:
    # What was made ahead, while the other jobs had their turns, doesn't count.
    for _ in range(12): next(s)
    start, count = time.perf_counter(), 0
    while time.perf_counter() - start < float(line): next(s); count += 1
    print((time.perf_counter() - start) / count, flush=True)
"""


class Job:
    """A job that waits for its turns."""

    def __init__(self, *arguments, command=()):
        # Beside a report for machines, the job's output goes to standard error.
        pipes = (
            dict(stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) if command
            else dict(stdout=subprocess.PIPE, stderr=subprocess.DEVNULL))
        self.process = subprocess.Popen(
            [*command, sys.executable, "-c", JOB, *arguments], stdin=subprocess.PIPE, text=True, **pipes)
        self.output = self.process.stderr if command else self.process.stdout
        self.read(lambda line: line == "ready\n")

    def read(self, is_wanted):
        for line in self.output:
            if is_wanted(line):
                return line
        sys.exit("a job has ended")

    def turn(self, seconds=0.3):
        """Seconds a batch."""
        self.process.stdin.write("%s\n" % seconds)
        self.process.stdin.flush()
        # augtop has its say on the same stream.
        return float(self.read(lambda line: line[:1].isdigit()))


def main():
    watch = (AUGTOP, "watch", "--no-screen", "--json")
    jobs = {
        "plain": Job(), "without": Job("Blur"), "watched": Job(command=(*watch, "--")),
        "off": Job(command=(*watch, "--off", "Blur", "--")),
    }
    # A session begins after some steps, and the transform is bypassed from then on.
    for _ in range(6):
        for job in jobs.values():
            job.turn()
    times = {name: [] for name in jobs}
    for turn in range(int(sys.argv[2])):
        for name in list(jobs)[:: 1 if turn % 2 else -1]:
            times[name].append(jobs[name].turn())
    for name, base in (("without", "plain"), ("watched", "plain"), ("off", "watched"), ("off", "without")):
        ratios = [a / b - 1 for a, b in zip(times[name], times[base])]
        half = 1.68 * statistics.stdev(ratios) / len(ratios) ** 0.5
        print("%-7s against %-7s %+.1f %% (%.1f to %.1f)" % (
            name, base, *(100 * v for v in (statistics.mean(ratios), statistics.mean(ratios) - half, statistics.mean(ratios) + half))))
    for job in jobs.values():
        job.process.stdin.close()
    for job in jobs.values():
        job.process.wait()


if len(sys.argv) != 3:
    sys.exit(__doc__)
AUGTOP = os.path.abspath(sys.argv[1])
# What was switched when is written to the working folder.
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    main()
