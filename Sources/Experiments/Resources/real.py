"""Runs a real loader against a simulated training step, for `augtop verify --real`.

This part is the same for every loader; one of real_torch.py, real_keras3.py, real_tf_data.py and
real_keras.py follows it. Reads on standard input, line by line:

    row make_us=US step_us=US workers=N ahead=N pictures=N height=N width=N channels=N work=WORD
        processes=0|1 epoch=N keep=0|1 seconds=S   one row of a table, on one line; answered by
                                              windows and an end
    quit

and says on standard output:

    missing MODULE PACKAGE                    a module isn't there; ends
    ready NAME=VERSION ...
    alone US                                  a batch made without a loader
    pipe US                                   a batch's way through a pipe, both sides' CPU time
    late US                                   how late the thread runs after a sleep
    window STEPS SECONDS                      steps trained in a window of the measurement
    loop US                                   the training loop's CPU time a step, in all windows
    end
    failed MESSAGE                            the framework's own error; the row has no end

An `epoch` of 0 batches never ends; workers that `keep` stay from one to the next.
`work` says how a picture's share of the making is spent: `burn` runs Python code until that time is
over, `compute` until the thread has used so much CPU time, `sleep` waits, `pictures` does real work on
a picture of that size, and `no-warp` (Keras 1.1.0) the same without applying the transform.
"""
import ctypes
import importlib
import multiprocessing
import os
import sys
import time

# The protocol has standard output for itself: what a framework prints goes to standard error.
protocol = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)
monotonic, thread_time = time.monotonic_ns, time.thread_time_ns


def say(*words):
    protocol.write(" ".join(str(word) for word in words) + "\n")


def need(modules):
    """Imports them, or names those that aren't there and ends."""
    found = []
    lacking = False
    for module, package in modules:
        try:
            found.append(importlib.import_module(module))
        except ModuleNotFoundError as fault:
            # A module that is there and lacks another one is no missing package.
            if fault.name != module.split(".")[0]:
                raise
            say("missing", module, package)
            lacking = True
    if lacking:
        sys.exit(0)
    return found


class TimeSpec(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long)]


libc = ctypes.CDLL(None)
# Timers as exact as the kernel has them (PR_SET_TIMERSLACK): its default adds 50 us to every sleep.
libc.prctl(29, 1, 0, 0, 0)
SECOND = 10**9
CLOCK_MONOTONIC, TIMER_ABSTIME = 1, 1


def sleep_until(moment):
    """To an absolute time, so that the interpreter lock is let go of and asked for once."""
    spec = TimeSpec(moment // SECOND, moment % SECOND)
    libc.clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, ctypes.byref(spec), None)


def burn(nanoseconds):
    """Runs Python code, which holds the interpreter lock, until so much time is over."""
    end = monotonic() + nanoseconds
    while monotonic() < end:
        pass


def compute(nanoseconds):
    """Runs Python code until the thread has used so much CPU time, however long that takes."""
    end = thread_time() + nanoseconds
    while thread_time() < end:
        pass


def sleep(nanoseconds):
    sleep_until(monotonic() + nanoseconds)


class Row:
    """A row of the table, as a line has it."""

    def __init__(self, words):
        values = dict(word.split("=", 1) for word in words)
        self.make = int(float(values["make_us"]) * 1e3)
        self.step = int(float(values["step_us"]) * 1e3)
        self.workers, self.ahead = int(values["workers"]), int(values["ahead"])
        self.pictures = int(values["pictures"])
        self.shape = tuple(int(values[side]) for side in ("height", "width", "channels"))
        self.work = values["work"]
        self.processes = values["processes"] == "1"
        self.epoch, self.keep = int(values["epoch"]), values["keep"] == "1"
        self.seconds = float(values["seconds"])

    def spend(self, pictures=1):
        """Makes this many pictures, where making takes a set time."""
        spent = self.make * pictures // self.pictures
        if self.work == "burn":
            burn(spent)
        elif self.work == "compute":
            compute(spent)
        elif self.work == "sleep":
            sleep(spent)


WINDOWS = 12
# Before a measurement: workers have started, and the queue is filled or empty.
SETTLING, SETTLING_STEPS = SECOND // 2, 20


class Windows:
    """Counts the steps of a run that has settled, and says window by window how many each had."""

    def __init__(self, row):
        self.length = int(row.seconds * SECOND / WINDOWS)
        self.started = monotonic()
        self.begun = None
        self.steps = self.counted = self.cpu = self.done = 0

    def are_over(self, fewest=0):
        """Looks at the clock after a step or an epoch. The first window begins after the settling time, and no fewer
        steps than `fewest`."""
        now = monotonic()
        if self.begun is None:
            if self.steps >= fewest and now - self.started >= SETTLING:
                self.begun, self.steps, self.cpu = now, 0, thread_time()
            return False
        if now - self.begun < self.length:
            return False
        say("window", self.steps, f"{(now - self.begun) / SECOND:.9f}")
        self.counted += self.steps
        self.begun, self.steps = now, 0
        self.done += 1
        if self.done < WINDOWS:
            return False
        say("loop", f"{(thread_time() - self.cpu) / self.counted / 1e3:.1f}")
        return True


def train(row, batches):
    """Takes batches, one a step, until all windows are over."""
    windows = Windows(row)
    for _ in batches:
        sleep_until(monotonic() + row.step)
        windows.steps += 1
        if windows.are_over(fewest=SETTLING_STEPS + row.workers * row.ahead):
            return
    raise RuntimeError(f"the loader ended after {windows.done} of {WINDOWS} windows")


def train_epochs(row, loader):
    """Trains whole epochs, from one loop over `loader` to the next, until all windows are over."""
    windows = Windows(row)
    while not windows.are_over():
        for _ in loader:
            sleep_until(monotonic() + row.step)
            windows.steps += 1


def augmented(np, stored):
    """A random shift, a mirror and standardization of a picture [height, width, channels], by NumPy."""
    height, width = stored.shape[:2]
    down = np.random.randint(-height // 8, height // 8 + 1)
    right = np.random.randint(-width // 8, width // 8 + 1)
    rows = np.clip(np.arange(height) + down, 0, height - 1)
    columns = np.clip(np.arange(width) + right, 0, width - 1)
    picture = stored[rows][:, columns].astype("float32")
    if np.random.random() < 0.5:
        picture = picture[:, ::-1]
    return (picture - 127.5) / 64


def measure_alone(row, make):
    """Says what a batch's making takes alone, in a plain loop: the median of some.

    Real work in CPU time; a set time by the clock, for each of a batch's pictures ends a little late."""
    clock = monotonic if row.work in ("burn", "sleep") else thread_time
    make()
    times = []
    end = monotonic() + SECOND
    while len(times) < 5 or (monotonic() < end and len(times) < 500):
        start = clock()
        make()
        times.append(clock() - start)
    say("alone", f"{sorted(times)[len(times) // 2] / 1e3:.1f}")


def measure_lateness():
    """Says how late a thread runs after a sleep of some milliseconds: the median of some."""
    late = []
    for _ in range(40):
        end = monotonic() + 3_000_000
        sleep_until(end)
        late.append(monotonic() - end)
    say("late", f"{sorted(late)[len(late) // 2] / 1e3:.1f}")


def measure_pipe(batch):
    """Says what a batch costs on its way from a worker process: pickling, a pipe, unpickling.

    The pipe holds less than a batch, so that both sides work at the same time; the CPU time of both
    counts."""
    context = multiprocessing.get_context("fork")
    receive, send = context.Pipe(duplex=False)
    ready, begin = context.Pipe(duplex=False)

    def work():
        times = []
        while True:
            if not ready.recv():
                send.send(sorted(times)[len(times) // 2])
                return
            start = thread_time()
            send.send(batch)
            times.append(thread_time() - start)
    worker = context.Process(target=work, daemon=True)
    worker.start()
    times = []
    for _ in range(40):
        begin.send(True)
        receive.poll(None)
        start = thread_time()
        receive.recv()
        times.append(thread_time() - start)
    begin.send(False)
    other = receive.recv()
    worker.join()
    say("pipe", f"{(sorted(times)[len(times) // 2] + other) / 1e3:.1f}")


def serve(run):
    """Runs rows until there are no more."""
    while True:
        words = sys.stdin.readline().split()
        if not words or words[0] == "quit":
            return
        try:
            measure_lateness()
            run(Row(words[1:]))
            say("end")
        except KeyboardInterrupt:
            return
        except BaseException as fault:
            # The last line says what went wrong.
            lines = [line.strip() for line in str(fault).splitlines() if line.strip()]
            text = (lines or [""])[-1]
            say("failed", f"{type(fault).__name__}: {text}"[:1000])
