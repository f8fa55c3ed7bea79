"""What a batch's way through this Python's process pool costs, for `augtop calibrate --loader keras3`.

Started as `python3 -c SCRIPT [BATCHES ROUNDS]`. Says on standard output, line by line:

    missing MODULE PACKAGE     a module isn't there; ends
    ready NAME=VALUE ...       versions; cores
    progress FRACTION
    part NAME US               one reading of a part of the way
    done

Keras 3's workers are those of `multiprocessing.Pool`, so its classes alone are run here: a pool of one worker, for
small batches and for large ones, while no other process burns, all cores but one do, and all do. Every hand-over is
stamped, on the worker too, which sends its stamps with its next batch.
"""
import ctypes
import importlib
import importlib.util
import os
import statistics
import sys
import time

protocol = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)
monotonic, thread_time = time.monotonic_ns, time.thread_time_ns


def say(*words):
    protocol.write(" ".join(str(word) for word in words) + "\n")


lacking = [name for name in ("numpy", "keras") if not importlib.util.find_spec(name)]
if lacking:
    for name in lacking:
        say("missing", name, name)
    sys.exit(0)

import importlib.metadata
import multiprocessing
import multiprocessing.connection
import multiprocessing.queues
import platform

import numpy

libc = ctypes.CDLL(None)
# Timers as exact as the kernel has them (PR_SET_TIMERSLACK).
libc.prctl(29, 1, 0, 0, 0)
parent = os.getpid()
cores = len(os.sched_getaffinity(0))
# Of one message, in a worker; of all, in the parent.
stamps = {}
received = []


def put(self, object):
    """SimpleQueue.put, stamped on the worker: pickle, wait for the other workers, write."""
    start, cpu = monotonic(), thread_time()
    data = multiprocessing.queues._ForkingPickler.dumps(object)
    picked, picked_cpu = monotonic(), thread_time()
    if self._wlock is None:
        return self._writer.send_bytes(data)
    with self._wlock:
        begun = monotonic()
        self._writer.send_bytes(data)
        stamps["send"] = monotonic() - begun
    stamps["pickle"] = picked_cpu - cpu


def get(self):
    """SimpleQueue.get, stamped: what a worker takes for its next task, where one is there already."""
    with self._rlock:
        ready = self._poll()
        start = monotonic()
        data = self._reader.recv_bytes()
    task = multiprocessing.queues._ForkingPickler.loads(data)
    if ready:
        stamps["task"] = monotonic() - start
    return task


def receive(self):
    """Connection.recv, stamped in the parent: unpickling, which holds the lock of the loop's process."""
    data = self._recv_bytes()
    start = thread_time()
    object = multiprocessing.connection._ForkingPickler.loads(data.getbuffer())
    if os.getpid() == parent:
        received.append(thread_time() - start)
    return object


multiprocessing.queues.SimpleQueue.put = put
multiprocessing.queues.SimpleQueue.get = get
multiprocessing.connection._ConnectionBase.recv = receive


BATCHES, ROUNDS = (int(word) for word in sys.argv[1:3] or (60, 7))
SKIPPED = 10
SMALL, LARGE = 8, 32
# Written to once, so that no worker's first look at a page is part of a reading.
batches = {side: numpy.ones((32, side, side, 3), "float32") for side in (SMALL, LARGE)}


def make(side, nanoseconds):
    """A batch made by burning, and what the one before it cost."""
    libc.prctl(1, 9, 0, 0, 0)
    answer = dict(stamps)
    stamps.clear()
    end = monotonic() + nanoseconds
    # A worker that sleeps wakes up on a core that other work has been moved to, now and then, and its readings vary by
    # a factor of two from one round to the next.
    while monotonic() < end:
        pass
    return answer, batches[side]


def burn():
    libc.prctl(1, 9, 0, 0, 0)
    while True:
        pass


def session(side, burners):
    """Readings of each part, in us: a list each."""
    context = multiprocessing.get_context("fork")
    others = [context.Process(target=burn, daemon=True) for _ in range(burners)]
    received.clear()
    readings = {"send": [], "pickle": [], "task": []}
    with context.Pool(1) as pool:
        for other in others:
            other.start()
        waiting = []
        for index in range(BATCHES):
            # As many under way as Keras has by default.
            while len(waiting) < 10:
                waiting.append(pool.apply_async(make, (side, 4_000_000)))
            cost, _ = waiting.pop(0).get()
            if index >= SKIPPED:
                for name in readings:
                    if name in cost:
                        readings[name].append(cost[name] / 1e3)
        for other in others:
            other.kill()
            other.join()
        # A pool that ends a worker in the middle of a batch waits for the rest of it for ever.
        for answer in waiting:
            answer.get()
        pool.close()
        pool.join()
    readings["receive"] = [time / 1e3 for time in received[SKIPPED:]]
    return readings


say("ready", "keras=" + importlib.metadata.version("keras"), "numpy=" + numpy.__version__,
    "python=" + platform.python_version(), f"cores={cores}")
KINDS = [("pool_send", 0), ("pool_taken_send", cores - 1), ("pool_crowded_send", cores)]
done = 0
for turn in range(ROUNDS):
    for name, burners in KINDS:
        small, large = session(SMALL, burners), session(LARGE, burners)
        done += 1
        say("progress", f"{done / ROUNDS / len(KINDS):.3f}")
        megabytes = [32 * side * side * 12 / 1e6 for side in (SMALL, LARGE)]

        def parts(what, reading):
            """A fixed part and one for 10**6 bytes."""
            slope = max(0.0, (reading(large) - reading(small)) / (megabytes[1] - megabytes[0]))
            say("part", what + "_us", f"{max(0.0, reading(small) - slope * megabytes[0]):.2f}")
            say("part", what + "_us_per_mb", f"{slope:.2f}")
        # Rare long waits for a core are part of it, so the mean counts.
        parts(name, lambda readings: statistics.fmean(readings["send"]))
        if burners:
            continue
        for what in ("pickle", "receive"):
            parts("pool_" + what, lambda readings: statistics.median(readings[what]))
        say("part", "pool_task_us", f"{statistics.median(small['task'] + large['task'] + [0]):.2f}")
say("done")
