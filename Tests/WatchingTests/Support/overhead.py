"""The cost of watching for a DataLoader: the same job without augtop, with the probe alone, and with `augtop watch`,
in turns of a quarter of a second. Prints the ratios of the rates. The Python that runs this has PyTorch, and runs the
jobs.

usage: overhead.py AUGTOP ROUNDS [JOB [NAMES]]
  JOB: batches (300 batches/s), pictures (10 000 pictures/s in batches of 64), or bare: batches of one picture that is
    there already, thousands a second, where the time that watching adds to a batch is seen best
  NAMES: of the jobs beside the plain one, with commas: probe,watched; same, a second plain one, shows the noise
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
BATCH, EACH = {"batches": (8, 120), "pictures": (64, 30), "bare": (1, 0)}[sys.argv[1]]
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
        x = self.tf(self.x) if EACH else self.x
        # Work of a set amount: one of a set time would hide what the probe takes.
        for _ in range(EACH): x = x + 1
        return x
loader = iter(DataLoader(Pictures(), batch_size=BATCH, num_workers=2))
print("ready", flush=True)
for line in sys.stdin:
    # What was made ahead, while the other job had its turn, doesn't count.
    for _ in range(12): next(loader)
    start, count = time.perf_counter(), 0
    while time.perf_counter() - start < float(line): next(loader); count += 1
    print(count / (time.perf_counter() - start), flush=True)
"""


# Seconds: brief beside what else moves a machine's speed.
TURN = 0.25


class Job:
    """A job that waits for its turns."""

    def __init__(self, kind, command=(), variables={}):
        # Beside a report for machines, the job's output goes to standard error.
        pipes = dict(stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) if command else dict(stdout=subprocess.PIPE)
        self.process = subprocess.Popen(
            [*command, sys.executable, "-c", JOB, kind], stdin=subprocess.PIPE, text=True, env={**os.environ, **variables},
            **pipes)
        self.output = self.process.stderr if command else self.process.stdout
        while self.output.readline() != "ready\n":
            pass

    def turn(self, seconds):
        """Batches a second."""
        self.process.stdin.write("%s\n" % seconds)
        self.process.stdin.flush()
        return float(self.output.readline())


def interval(ratios):
    """The median, and the ends of its 90 % interval, by the order of the ratios."""
    ratios = sorted(ratios)
    n = len(ratios)
    # Binomial: so many of n lie below the median.
    reach = 0.5 * 1.645 * n ** 0.5
    return ratios[n // 2], ratios[max(0, int(n / 2 - reach))], ratios[min(n - 1, int(n / 2 + reach))]


def main():
    augtop, rounds = sys.argv[1], int(sys.argv[2])
    kind = sys.argv[3] if len(sys.argv) > 3 else "batches"
    folder = tempfile.mkdtemp(dir="/dev/shm")
    try:
        subprocess.run([augtop, "watch", "--prepare", folder], check=True, stdout=subprocess.DEVNULL)
        makers = {
            "same": lambda: Job(kind),
            "probe": lambda: Job(kind, variables={"AUGTOP_WATCH": folder, "PYTHONPATH": folder + "/probe"}),
            "watched": lambda: Job(kind, [augtop, "watch", "--no-screen", "--json", "--"]),
        }
        names = sys.argv[4].split(",") if len(sys.argv) > 4 else ["probe", "watched"]
        jobs = {"plain": Job(kind), **{name: makers[name]() for name in names}}
        # Stages have been found, and the session has begun.
        for job in jobs.values():
            job.turn(4)
        ratios, rates = {name: [] for name in jobs}, []
        for turn in range(rounds):
            first = turn % len(jobs)
            order = list(jobs)[first:] + list(jobs)[:first]
            rate = {name: jobs[name].turn(TURN) for name in order}
            rates.append(rate["plain"])
            for name in jobs:
                ratios[name].append(rate[name] / rate["plain"])
        print("%s: %.0f batches/s without augtop, %d rounds" % (kind, sorted(rates)[rounds // 2], rounds))
        for name in names:
            median, low, high = [100 * (x - 1) for x in interval(ratios[name])]
            # What a batch takes more, in microseconds.
            plain = 1e6 / sorted(rates)[rounds // 2]
            more = [plain * (100 / (100 + x) - 1) for x in (median, high, low)]
            print(
                "%-8s %+.2f %% (90 %%: %+.2f to %+.2f %%), %+.1f us a batch (%+.1f to %+.1f)"
                % (name, median, low, high, *more))
        for job in jobs.values():
            job.process.kill()
    finally:
        shutil.rmtree(folder)


main()
