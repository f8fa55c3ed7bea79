"""Uses the probe as a framework would: makes and trains batches of six milliseconds until there is a file named
`stop`, and fails then. Where there is a file named `burst`, it writes more records at once than a ring holds, and
makes a file named `written`.

usage: watched_job.py [BATCHES]    ends well after so many
"""
import os
import sys
import time

from augtop_probe import ring as R
from augtop_probe import stages as S

R.tell({"e": "loader", "id": 1, "kind": "torch", "epoch": 1, "t": R.mono(), "batches": 100000,
        "samples": 800000, "batch": 8, "workers": 0, "prefetch": 0, "dataset": "Photos"})


def crop(x):
    time.sleep(0.002)
    return x


print("\x1b[32mepoch 1\x1b[0m begins", flush=True)
batch = bypassed = 0
most = int(sys.argv[1]) if len(sys.argv) > 1 else None
while batch != most and not os.path.exists("stop"):
    os.getcwd()  # raises once the test has removed its folder: nobody stops this job then
    wanted = R.mono()
    S.begin(1, 1, batch, wanted)
    crop("x") if S.batch.plain else S.run("RandomCrop", crop, ("x",), {}, "x")
    before, (bypassed, times) = bypassed, S.end()
    if before and not bypassed:
        open("on-again", "w")
    end = R.mono()
    if times is not None:
        S.tell(1, 1, batch, times)
    R.put(R.MADE, 1, batch, 1, -1, 8, wanted, wanted, wanted, end, end, end - wanted, int(times is not None), bypassed)
    R.put(R.TAKEN, 1, batch, 1, wanted, R.mono(), 1, batch, 0, 0, 1, 0)
    if os.path.exists("burst"):
        for _ in range(10000):
            R.put(R.PIPED, 0, batch, 1, -1, R.mono(), 0)
        os.rename("burst", "written")
    time.sleep(0.004)
    batch += 1
print("no more", flush=True)
sys.exit(0 if batch == most else 3)
