"""What each step of Keras 1.1.0's image augmentation costs in this Python.

Started as `python3 -c SCRIPT HEIGHT WIDTH CHANNELS SECONDS`. Says on standard output, line by line:

    missing MODULE PACKAGE                 a module isn't there; ends
    ready NAME=VALUE ...                   python, numpy, scipy; lock: 1 or 0; switch_us
    progress FRACTION
    time STAGE full|zero VALUES US         a round's time for a picture of VALUES values
    whole US                               the same of the whole function, Keras's cifar10 example
    pipe send|receive US                   for 10**6 bytes of a batch
    share STAGE FRACTION                   of a stage's time, what runs without the lock
    threads N PICTURES                     pictures a second of N threads, 1 and 2 in turn
    done

The stages' code is that of Keras 1.1.0 (keras/preprocessing/image.py), cut where augtop has its
stages. A time is CPU time of the thread, less what calling an empty method takes.
"""
import importlib
import sys
import time


def say(*words):
    print(*words, flush=True)


def need(modules):
    """Imports them, or names those that aren't there and ends."""
    found = {}
    for module, package in modules:
        try:
            found[module] = importlib.import_module(module)
        except ImportError:
            say("missing", module, package)
    if len(found) < len(modules):
        sys.exit(0)
    return found


modules = need([("numpy", "numpy"), ("scipy.ndimage", "scipy")])
np, ndi = modules["numpy"], modules["scipy.ndimage"]

import multiprocessing
import os
import platform
import threading

SHAPE = tuple(int(word) for word in sys.argv[1:4])
SECONDS = float(sys.argv[4])
BATCH = 32
# Fewer would leave the median to chance.
FEWEST_ROUNDS = 5
# One reading of one step lasts about this long, in seconds.
READING = 0.002
# The data set is larger than most caches, as a real one is.
DATASET_VALUES = 8_000_000
# Shares are read on pictures so large that handing over the lock is little beside them.
LARGE_VALUES = 6_000_000
# A batch that goes through the pipe is no larger.
PIPE_VALUES = 2_000_000
MOST_TRIPS = 500
# Each with one thread and with two.
THREAD_ROUNDS = 5


class Generator:
    """One picture size: every stage as Keras has it, with its setting on or at zero.

    What a stage finds of the ones before it stands in attributes.
    """

    def __init__(self, shape, count=None):
        values = shape[0] * shape[1] * shape[2]
        count = count or max(2, min(1024, DATASET_VALUES // values))
        random = np.random.RandomState(1)
        self.X = random.uniform(0, 255, (count,) + shape).astype("float32")
        self.batch_x = np.zeros((min(BATCH, count),) + shape)
        self.mean = np.full(shape, 120, "float32")
        self.std = np.full(shape, 64, "float32")
        self.rescale = 1.0 / 255
        self.channel_shift_range = 20.0
        self.j = 0
        self.x = self.load()
        self.set(on=False)
        self.set(on=True)

    def set(self, on, shifts=None):
        """Turns the settings on or to zero and makes what the stages would have left."""
        self.rotation_range = 15.0 if on else 0.0
        self.height_shift_range = self.width_shift_range = 0.1 if on or shifts else 0.0
        self.shear_range = 0.2 if on else 0.0
        self.zoom_range = [0.8, 1.2] if on else [1, 1]
        self.tx, self.ty = self.height_shift(), self.width_shift()
        self.rotation_matrix, self.translation_matrix = self.rotation(), self.translation()
        self.shear_matrix, self.zoom_matrix = self.shear(), self.zoom()
        self.transform_matrix = self.compose()
        self.warped = self.warp()

    def empty(self):
        pass

    def next_index(self):
        self.j = (self.j + 1) % len(self.X)

    def load(self):
        self.j = (self.j + 1) % len(self.X)
        x = self.X[self.j]
        return x.astype("float32")

    def rotation(self):
        if self.rotation_range:
            theta = np.pi / 180 * np.random.uniform(-self.rotation_range, self.rotation_range)
        else:
            theta = 0
        return np.array([[np.cos(theta), -np.sin(theta), 0],
                         [np.sin(theta), np.cos(theta), 0],
                         [0, 0, 1]])

    def height_shift(self):
        if self.height_shift_range:
            tx = np.random.uniform(
                -self.height_shift_range, self.height_shift_range) * self.x.shape[0]
        else:
            tx = 0
        return tx

    def width_shift(self):
        if self.width_shift_range:
            ty = np.random.uniform(
                -self.width_shift_range, self.width_shift_range) * self.x.shape[1]
        else:
            ty = 0
        return ty

    def translation(self):
        return np.array([[1, 0, self.tx],
                         [0, 1, self.ty],
                         [0, 0, 1]])

    def shear(self):
        if self.shear_range:
            shear = np.random.uniform(-self.shear_range, self.shear_range)
        else:
            shear = 0
        return np.array([[1, -np.sin(shear), 0],
                         [0, np.cos(shear), 0],
                         [0, 0, 1]])

    def zoom(self):
        if self.zoom_range[0] == 1 and self.zoom_range[1] == 1:
            zx, zy = 1, 1
        else:
            zx, zy = np.random.uniform(self.zoom_range[0], self.zoom_range[1], 2)
        return np.array([[zx, 0, 0],
                         [0, zy, 0],
                         [0, 0, 1]])

    def compose(self):
        transform_matrix = np.dot(
            np.dot(np.dot(self.rotation_matrix, self.translation_matrix), self.shear_matrix),
            self.zoom_matrix)
        h, w = self.x.shape[0], self.x.shape[1]
        o_x = float(h) / 2 + 0.5
        o_y = float(w) / 2 + 0.5
        offset_matrix = np.array([[1, 0, o_x], [0, 1, o_y], [0, 0, 1]])
        reset_matrix = np.array([[1, 0, -o_x], [0, 1, -o_y], [0, 0, 1]])
        return np.dot(np.dot(offset_matrix, transform_matrix), reset_matrix)

    def warp(self):
        x = np.rollaxis(self.x, 2, 0)
        final_affine_matrix = self.transform_matrix[:2, :2]
        final_offset = self.transform_matrix[:2, 2]
        channel_images = [
            ndi.affine_transform(x_channel, final_affine_matrix, final_offset, order=0,
                                 mode="nearest", cval=0.)
            for x_channel in x]
        x = np.stack(channel_images, axis=0)
        return np.rollaxis(x, 0, 3)

    def channel_shift(self):
        x = np.rollaxis(self.warped, 2, 0)
        intensity = self.channel_shift_range
        min_x, max_x = np.min(x), np.max(x)
        channel_images = [
            np.clip(x_channel + np.random.uniform(-intensity, intensity), min_x, max_x)
            for x_channel in x]
        x = np.stack(channel_images, axis=0)
        return np.rollaxis(x, 0, 3)

    def horizontal_flip(self):
        x = self.warped
        if np.random.random() < 0.5:
            x = np.asarray(x).swapaxes(1, 0)
            x = x[::-1, ...]
            x = x.swapaxes(0, 1)
        return x

    def vertical_flip(self):
        x = self.warped
        if np.random.random() < 0.5:
            x = np.asarray(x).swapaxes(0, 0)
            x = x[::-1, ...]
            x = x.swapaxes(0, 0)
        return x

    def standardize(self):
        """rescale, featurewise_center and featurewise_std_normalization."""
        x = self.warped
        x *= self.rescale
        x -= self.mean
        x /= (self.std + 1e-7)
        return x

    def collate(self):
        self.batch_x[self.j % len(self.batch_x)] = self.warped

    def whole(self):
        """A picture of the cifar10 example, from the data set into the batch."""
        self.x = self.load()
        self.rotation_matrix = self.rotation()
        self.tx = self.height_shift()
        self.ty = self.width_shift()
        self.translation_matrix = self.translation()
        self.shear_matrix = self.shear()
        self.zoom_matrix = self.zoom()
        self.transform_matrix = self.compose()
        self.warped = self.warp()
        self.warped = self.horizontal_flip()
        self.collate()


# Stages of which every picture costs the same: methods, each with its weight.
PLAIN = {
    "rotation": [("rotation", 1)],
    "height-shift": [("height_shift", 1), ("translation", 0.5)],
    "width-shift": [("width_shift", 1), ("translation", 0.5)],
    "shear": [("shear", 1)],
    "zoom": [("zoom", 1)],
    "compose": [("compose", 1)],
    "horizontal-flip": [("horizontal_flip", 1)],
    "vertical-flip": [("vertical_flip", 1)],
}
# Stages whose cost grows with the picture.
SIZED = {
    "load": [("load", 1), ("next_index", -1)],
    "warp": [("warp", 1)],
    "channel-shift": [("channel_shift", 1)],
    "standardize": [("standardize", 1)],
    "collate": [("collate", 1)],
}
# Off, it is not even called.
FLIPS = ("horizontal-flip", "vertical-flip")


class Cell:
    """One thing to time, round after round."""

    def __init__(self, words, generator, methods):
        self.words = words
        self.methods = [
            (getattr(generator, name), weight, loops_for(getattr(generator, name)))
            for name, weight in methods]

    def read(self, empty):
        """Seconds a picture."""
        return max(0.0, sum(
            weight * (timed(method, loops) - empty) for method, weight, loops in self.methods))


def timed(method, loops):
    """Seconds a call."""
    repeats = range(loops)
    start = time.thread_time()
    for _ in repeats:
        method()
    return (time.thread_time() - start) / loops


def loops_for(method):
    loops = 1
    while True:
        spent = timed(method, loops) * loops
        if spent > READING / 4:
            return max(1, int(loops * READING / spent))
        loops *= 4


def small_shape():
    """Of a picture so small nearly all is fixed cost."""
    return (max(1, min(8, SHAPE[0] // 4)), max(1, min(8, SHAPE[1] // 4)), SHAPE[2])


def cells():
    on, zero, example = Generator(SHAPE), Generator(SHAPE), Generator(SHAPE)
    zero.set(on=False)
    example.set(on=False, shifts=True)
    values = example.x.size
    found = []
    for stage, methods in PLAIN.items():
        found.append(Cell(("time", stage, "full", values), on, methods))
        if stage not in FLIPS:
            found.append(Cell(("time", stage, "zero", values), zero, methods))
    little = Generator(small_shape())
    for stage, methods in SIZED.items():
        found.append(Cell(("time", stage, "full", values), on, methods))
        found.append(Cell(("time", stage, "full", little.x.size), little, methods))
    found.append(Cell(("time", "warp", "zero", values), zero, SIZED["warp"]))
    found.append(Cell(("whole",), example, [("whole", 1)]))
    return on.empty, found


def time_stages(share):
    """Reads every cell in turn, so that a slow moment of the machine hits them all."""
    empty, found = cells()
    start = time.monotonic()
    rounds = 0
    while rounds < FEWEST_ROUNDS or time.monotonic() - start < share * SECONDS:
        nothing = timed(empty, 5_000)
        for cell in found:
            say(*cell.words, f"{cell.read(nothing) * 1e6:.4f}")
            progress(min(share, (time.monotonic() - start) / SECONDS))
        rounds += 1


def echo(receive, send):
    while True:
        send.send(receive.recv())


def time_pipe(begin, end):
    """A batch to another process and back, through pipes as multiprocessing's queues have them."""
    context = multiprocessing.get_context("fork")
    there, from_there = context.Pipe(duplex=False), context.Pipe(duplex=False)
    other = context.Process(target=echo, args=(there[0], from_there[1]), daemon=True)
    other.start()
    send, receive = there[1], from_there[0]
    values = SHAPE[0] * SHAPE[1] * SHAPE[2]
    count = max(1, min(BATCH, PIPE_VALUES // values))
    batch = (np.random.RandomState(1).uniform(0, 1, (count,) + SHAPE), np.zeros((count, 10)))
    megabytes = batch[0].nbytes / 1e6
    start = time.monotonic()
    spent = 0.0
    rounds = 0
    while rounds < FEWEST_ROUNDS or (spent < end - begin and rounds < MOST_TRIPS):
        before = time.monotonic()
        send.send(batch)
        say("pipe", "send", f"{(time.monotonic() - before) * 1e6 / megabytes:.1f}")
        # Until the other side has begun to send; then we are what it waits for.
        receive.poll(None)
        before = time.monotonic()
        receive.recv()
        say("pipe", "receive", f"{(time.monotonic() - before) * 1e6 / megabytes:.1f}")
        rounds += 1
        spent = (time.monotonic() - start) / SECONDS
        progress(min(end, begin + spent))
    other.kill()
    other.join()


class Counter(threading.Thread):
    """Runs pure Python, which it can only while it has the lock."""

    def __init__(self):
        super().__init__(daemon=True)
        self.goes_on = True
        self.count = 0

    def run(self):
        while self.goes_on:
            self.count += 1

    def cpu(self):
        return time.clock_gettime(time.pthread_getcpuclockid(self.ident))


def time_shares(begin, end):
    """How much CPU another thread's Python gets while a stage runs, beside the stage's own.

    The lock's switch interval is short meanwhile: a thread that comes back from work without the
    lock waits that long for it, and the other one runs.
    """
    interval = sys.getswitchinterval()
    side = max(8, int((LARGE_VALUES / SHAPE[2]) ** 0.5))
    generator = Generator((side, side, SHAPE[2]), count=2)
    sys.setswitchinterval(1e-4)
    counter = Counter()
    counter.start()
    start = time.monotonic()
    spent = 0.0
    rounds = 0
    while rounds < FEWEST_ROUNDS or spent < end - begin:
        for stage, methods in SIZED.items():
            method = getattr(generator, methods[0][0])
            cpu, other = time.thread_time(), counter.cpu()
            method()
            cpu, other = time.thread_time() - cpu, counter.cpu() - other
            say("share", stage, f"{other / max(cpu, 1e-9):.4f}")
            spent = (time.monotonic() - start) / SECONDS
            progress(min(end, begin + spent))
        rounds += 1
    counter.goes_on = False
    counter.join()
    sys.setswitchinterval(interval)


def time_threads(begin, end):
    """Pictures a second of one thread and of two that share the lock, in turn."""
    if len(os.sched_getaffinity(0)) < 2:
        return
    generators = [Generator(SHAPE), Generator(SHAPE)]
    for generator in generators:
        generator.set(on=False, shifts=True)
    length = (end - begin) * SECONDS / THREAD_ROUNDS / 2

    def work(generator, counts):
        count = 0
        until = time.monotonic() + length
        while time.monotonic() < until:
            generator.whole()
            count += 1
        counts.append(count)

    for turn in range(THREAD_ROUNDS):
        for number in (1, 2):
            counts = []
            threads = [
                threading.Thread(target=work, args=(generator, counts))
                for generator in generators[:number]]
            start = time.monotonic()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            say("threads", number, f"{sum(counts) / (time.monotonic() - start):.1f}")
        progress(begin + (end - begin) * (turn + 1) / THREAD_ROUNDS)


last_progress = 0.0


def progress(fraction):
    """At most ten lines a second."""
    global last_progress
    now = time.monotonic()
    if now - last_progress > 0.1:
        last_progress = now
        say("progress", f"{fraction:.3f}")


has_lock = getattr(sys, "_is_gil_enabled", lambda: True)()
say("ready", "python=" + platform.python_version(), "numpy=" + np.__version__,
    "scipy=" + importlib.import_module("scipy").__version__, f"lock={int(has_lock)}",
    f"switch_us={sys.getswitchinterval() * 1e6:g}")
# Before there is a second thread, which a fork would not take along.
time_stages(0.6)
time_pipe(0.6, 0.7)
time_shares(0.7, 0.88)
time_threads(0.88, 1.0)
say("progress", "1.000")
say("done")
