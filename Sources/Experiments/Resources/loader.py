"""What this PyTorch's DataLoader costs besides the pictures, for `augtop calibrate --loader torch`.

Started as `python3 -c SCRIPT`. Says on standard output, line by line:

    missing MODULE PACKAGE     a module isn't there; ends
    ready NAME=VALUE ...       versions; cores
    progress FRACTION
    part NAME US               one reading of a part of the loader's way
    done

Loaders of one worker are run whose pictures wait: of small batches, of large ones, and of two tensors
a batch. Every hand-over on a batch's way is stamped with the clock and the thread's CPU time.
"""
import atexit
import ctypes
import importlib
import json
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
import warnings

protocol = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)
monotonic, thread_time = time.monotonic_ns, time.thread_time_ns
SECOND = 10**9


def say(*words):
    protocol.write(" ".join(str(word) for word in words) + "\n")


try:
    torch = importlib.import_module("torch")
except ModuleNotFoundError as fault:
    if fault.name != "torch":
        raise
    say("missing", "torch", "torch")
    sys.exit(0)

import multiprocessing.connection
import multiprocessing.queues
import multiprocessing.resource_sharer
import platform

import torch.utils.data
import torch.utils.data._utils.fetch
import torch.utils.data._utils.worker
import torch.utils.data.dataloader

warnings.simplefilter("ignore")
torch.set_num_threads(1)
libc = ctypes.CDLL(None)
# Timers as exact as the kernel has them (PR_SET_TIMERSLACK).
libc.prctl(29, 1, 0, 0, 0)


class TimeSpec(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long)]


def sleep_until(moment):
    spec = TimeSpec(moment // SECOND, moment % SECOND)
    libc.clock_nanosleep(1, 1, ctypes.byref(spec), None)


# Stamps: what, batch, start, end, CPU time. A worker leaves its own in a file as it ends.
stamps = []
parent = os.getpid()
here = threading.local()
folder = tempfile.mkdtemp(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)


def clean():
    """However the script ends; not as a worker."""
    if os.getpid() == parent:
        shutil.rmtree(folder, ignore_errors=True)


atexit.register(clean)


def side():
    return "consumer" if os.getpid() == parent else "worker"


def number(object):
    """A batch's number in what goes through a queue; -1 for other things."""
    is_batch = isinstance(object, tuple) and isinstance(object[0], int)
    return object[0] if is_batch and not isinstance(object[1], int) else -1


def stamped(owner, name, what, batch=lambda *_: -1):
    function = getattr(owner, name)

    def measured(*arguments, **named):
        start, cpu = monotonic(), thread_time()
        answer = function(*arguments, **named)
        key = what() if callable(what) else what
        stamps.append((key, batch(*arguments), start, monotonic(), thread_time() - cpu))
        return answer
    setattr(owner, name, measured)


def stamp_everything():
    queues, sharer = multiprocessing.queues, multiprocessing.resource_sharer

    def get(self, block=True, timeout=None):
        """multiprocessing.Queue.get, in three parts."""
        if not self._rlock.acquire(block, timeout):
            raise queues.Empty
        try:
            if not self._poll(timeout if timeout is not None else 3600):
                raise queues.Empty
            start, cpu = monotonic(), thread_time()
            data = self._recv_bytes()
            self._sem.release()
        finally:
            self._rlock.release()
        object = queues._ForkingPickler.loads(data)
        stamps.append(
            (side() + " get", number(object), start, monotonic(), thread_time() - cpu))
        return object
    queues.Queue.get = get
    stamped(sharer.DupFd, "detach", "detach")
    stamped(queues.Queue, "put", lambda: side() + " put", lambda _, object, *rest: number(object))
    iterator = torch.utils.data.dataloader._MultiProcessingDataLoaderIter
    stamped(iterator, "_try_put_index", "put index")
    stamped(iterator, "_next_data", "next")

    pickle = queues._ForkingPickler.dumps.__func__

    def dumps(cls, object, protocol=None):
        start, cpu = monotonic(), thread_time()
        answer = pickle(cls, object, protocol)
        here.batch = number(object)
        if here.batch >= 0:
            stamps.append(
                (side() + " pickle", here.batch, start, monotonic(), thread_time() - cpu))
        return answer
    queues._ForkingPickler.dumps = classmethod(dumps)
    send_bytes = multiprocessing.connection.Connection._send_bytes

    def send(self, buffer):
        batch = getattr(here, "batch", -1)
        start, cpu = monotonic(), thread_time()
        answer = send_bytes(self, buffer)
        if batch >= 0:
            stamps.append((side() + " send", batch, start, monotonic(), thread_time() - cpu))
            here.batch = -1
        return answer
    multiprocessing.connection.Connection._send_bytes = send

    def fetch(self, indexes):
        batch = indexes[0] // len(indexes)
        start, cpu = monotonic(), thread_time()
        items = [self.dataset[index] for index in indexes]
        middle, middle_cpu = monotonic(), thread_time()
        answer = self.collate_fn(items)
        stamps.append(("items", batch, start, middle, middle_cpu - cpu))
        stamps.append(("collate", batch, middle, monotonic(), thread_time() - middle_cpu))
        return answer
    torch.utils.data._utils.fetch._MapDatasetFetcher.fetch = fetch
    worker_loop = torch.utils.data._utils.worker._worker_loop

    def loop(*arguments):
        stamps.clear()
        # The server's thread is started by the first descriptor; its CPU time is read at the end.
        try:
            worker_loop(*arguments)
        finally:
            for thread in threading.enumerate():
                target = getattr(thread, "_target", None)
                if getattr(target, "__name__", "") == "_serve":
                    clock = time.pthread_getcpuclockid(thread.ident)
                    stamps.append(
                        ("server", -1, 0, 0, int(time.clock_gettime(clock) * SECOND)))
            with open(f"{folder}/{os.getpid()}", "w") as file:
                json.dump(stamps, file)
    torch.utils.data._utils.worker._worker_loop = loop


class Waiting(torch.utils.data.Dataset):
    """Pictures that take no CPU time."""

    def __init__(self, picture, length, nanoseconds, tensors):
        self.picture, self.length = picture, length
        self.nanoseconds, self.tensors = nanoseconds, tensors

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        if self.nanoseconds:
            sleep_until(monotonic() + self.nanoseconds)
        if self.tensors == 1:
            return self.picture
        return tuple(self.picture for _ in range(self.tensors))


SKIPPED = 8


class Session:
    """One loader's run, and what its stamps say; microseconds."""

    def __init__(self, side, pictures, tensors, batches, make=6e6, step=8e6):
        stamps.clear()
        data = Waiting(
            torch.zeros(3, side, side), pictures * batches, int(make / pictures), tensors)
        self.megabytes = side * side * 12 * pictures * tensors / 1e6
        self.pictures, self.make, self.tensors = pictures, make, tensors
        late = []
        loader = torch.utils.data.DataLoader(data, batch_size=pictures, num_workers=1)
        for batch in loader:
            end = monotonic() + int(step)
            sleep_until(end)
            late.append(monotonic() - end)
        found = list(stamps)
        for name in os.listdir(folder):
            with open(f"{folder}/{name}") as file:
                found += [tuple(stamp) for stamp in json.load(file)]
            os.unlink(f"{folder}/{name}")
        self.stamps = {}
        for what, number, start, end, cpu in found:
            self.stamps.setdefault(what, []).append((number, start, end, cpu))
        self.late = self.median(late[SKIPPED:])
        nexts = sorted((start, end) for _, start, end, _ in self.stamps["next"])[SKIPPED:]
        self.loop = self.median(
            [b[0] - a[1] for a, b in zip(nexts, nexts[1:])]) - step / 1e3 - self.late
        server = self.stamps.get("server")
        self.server = server[0][3] / 1e3 / max(1, batches * tensors) if server else 0.0

    @staticmethod
    def median(values):
        return statistics.median(values) / 1e3 if values else 0.0

    def cpu(self, what):
        return self.median([
            cpu for place, (number, _, _, cpu) in enumerate(self.stamps.get(what, []))
            if number > SKIPPED or (number < 0 and place > SKIPPED)])

    def wall(self, what):
        return self.median([
            end - start for place, (number, start, end, _) in enumerate(self.stamps.get(what, []))
            if number > SKIPPED or (number < 0 and place > SKIPPED)])

    def gap(self, first, second):
        """From the end of one thing to the start of another, of the same batch."""
        ends = {number: end for number, _, end, _ in self.stamps.get(first, [])}
        return self.median([
            start - ends[number] for number, start, _, _ in self.stamps.get(second, [])
            if number > SKIPPED and number in ends])


def lateness(burners, length, seconds, work=0):
    """How late a thread runs after working and then sleeping, while so many other processes burn: all readings, in
    us."""
    children = []
    for _ in range(burners):
        child = os.fork()
        if child == 0:
            libc.prctl(1, 9, 0, 0, 0)
            while True:
                pass
        children.append(child)
    late = []
    end = monotonic() + int(seconds * SECOND)
    while monotonic() < end:
        worked = thread_time() + work
        while thread_time() < worked:
            pass
        moment = monotonic() + length
        sleep_until(moment)
        late.append((monotonic() - moment) / 1e3)
    for child in children:
        os.kill(child, 9)
        os.waitpid(child, 0)
    return late


cores = len(os.sched_getaffinity(0))
say("ready", "torch=" + torch.__version__, "python=" + platform.python_version(),
    f"cores={cores}")
SLEEP = 5_000_000
quiet = lateness(0, SLEEP, 1)
say("progress", 0.05)
# What has worked for as long as LoaderCosts.workedBefore is later: the scheduler gives the others their share back.
WORK = 1_000_000
for done, (name, burners, work) in enumerate(
        [("taken", cores - 1, 0), ("crowded", cores, 0), ("owing", cores, WORK)]):
    for value in lateness(burners, SLEEP, 2.5, work):
        say("part", name, f"{value:.1f}")
    say("progress", f"{0.1 * (done + 1):.2f}")
for value in quiet:
    say("part", "quiet", f"{value:.1f}")


class Epochs:
    """What an epoch's beginning and end cost a loader of one worker, without stamps; microseconds."""

    def __init__(self):
        self.starts, self.boots, self.drains, self.resumes = [], [], [], []
        data = Waiting(torch.zeros(3, 32, 32), 32 * 4, 10_000, 1)
        anew = torch.utils.data.DataLoader(data, batch_size=32, num_workers=1)
        kept = torch.utils.data.DataLoader(
            data, batch_size=32, num_workers=1, persistent_workers=True)
        self.run(kept)
        for _ in range(5):
            start, first, drain = self.run(anew)
            resume, kept_first, kept_drain = self.run(kept)
            self.starts.append(start)
            self.boots.append(first - kept_first)
            self.drains.append(drain - kept_drain)
            self.resumes.append(resume)

    @staticmethod
    def run(loader):
        """The time of iter(), the wait for the first batch, and what follows the last step."""
        begun = monotonic()
        batches = iter(loader)
        ready = last = monotonic()
        first = None
        for batch in batches:
            first = first or monotonic()
            sleep_until(monotonic() + 5_000_000)
            last = monotonic()
        return (ready - begun) / 1e3, (first - ready) / 1e3, (monotonic() - last) / 1e3


epochs = Epochs()
stamp_everything()


def pinning():
    """CPU time of a copy to pinned memory, in us a MB; 0 without a device that has any."""
    if not torch.cuda.is_available():
        return 0.0
    batch = torch.zeros(32, 3, 224, 224)
    batch.pin_memory()
    times = []
    for _ in range(9):
        start = thread_time()
        batch.pin_memory()
        times.append(thread_time() - start)
    return statistics.median(times) / 1e3 / (batch.numel() * 4 / 1e6)


ROUNDS = 3
pin = pinning()
for turn in range(ROUNDS):
    small = Session(32, 32, 1, 60)
    say("progress", f"{0.3 + 0.7 * (turn + 0.33) / ROUNDS:.3f}")
    large = Session(224, 8, 1, 50)
    say("progress", f"{0.3 + 0.7 * (turn + 0.66) / ROUNDS:.3f}")
    twice = Session(32, 32, 2, 60)
    say("progress", f"{0.3 + 0.7 * (turn + 1) / ROUNDS:.3f}")
    # Without waiting, so that an item is the loop alone.
    busy = Session(32, 32, 1, 60, make=0, step=2e6)

    def slope(reading):
        return max(0.0, (reading(large) - reading(small)) / (large.megabytes - small.megabytes))
    collate = slope(lambda session: session.cpu("collate"))
    unmap = slope(lambda session: session.loop)
    detach = small.cpu("detach")

    def received(session):
        """Reading a batch without fetching its descriptors."""
        return session.cpu("consumer get") - detach * session.tensors
    per_tensor = max(0.0, received(twice) - received(small))
    parts = {
        "get_us": small.cpu("worker get"),
        "item_us": busy.cpu("items") / 32,
        "collate_us": max(0.0, small.cpu("collate") - collate * small.megabytes),
        "collate_us_per_mb": collate,
        "put_us": small.cpu("worker put"),
        "pickle_us": (small.cpu("worker pickle") + twice.cpu("worker pickle")) / 3,
        "write_us": small.cpu("worker send"),
        "receive_us": max(0.0, received(small) - per_tensor),
        "map_us": per_tensor,
        "detach_us": detach,
        "serve_us": small.server / 4,
        "put_index_us": small.cpu("put index"),
        "feed_index_us": small.cpu("consumer pickle") + small.cpu("consumer send"),
        "loop_us": max(0.0, small.loop - unmap * small.megabytes),
        "unmap_us_per_mb": unmap,
        "pin_us_per_mb": pin,
        "step_late_us": small.late,
        "wait_late_us": max(
            0.0, (small.wall("items") - small.make / 1e3 - small.cpu("items")) / small.pictures),
        "wake_us": small.gap("worker put", "worker pickle"),
        "start_us": statistics.median(epochs.starts),
        "boot_us": statistics.median(epochs.boots),
        "drain_us": statistics.median(epochs.drains),
        "resume_us": statistics.median(epochs.resumes),
    }
    for name, value in parts.items():
        say("part", name, f"{max(0.0, value):.2f}")
say("done")
