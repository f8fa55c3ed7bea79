"""Keras: ImageDataGenerator stage by stage (1.1.0 to 2.x, and its copy in Keras 3), and training steps."""
import functools
import itertools
import os
import threading
import time

from . import ring as R
from . import stages as S
from .hooks import when

mono = R.mono
ids = itertools.count(1001)
_workers = {}
_lock = threading.Lock()


def _forget():
    global _lock
    _lock = threading.Lock()
    _workers.clear()


os.register_at_fork(after_in_child=_forget)
# Stages of the generator, by the function that does them; those with a place can be bypassed.
FUNCTIONS = (
    ("apply_transform", "warp", 0), ("apply_affine_transform", "warp", 0), ("random_channel_shift", "channel-shift", 0),
    ("apply_channel_shift", "channel-shift", 0), ("flip_axis", "flip", 0), ("apply_brightness_shift", "brightness", 0),
    ("transform_matrix_offset_center", "compose", None), ("load_img", "decode", None), ("img_to_array", "to-array", None),
)


def worker():
    """This thread's number."""
    me = threading.get_ident()
    n = _workers.get(me)
    if n is None:
        with _lock:
            n = _workers.setdefault(me, len(_workers))
    return n


def made(loader, run, no, worker, result, start, end, cpu):
    """Ends a batch that was begun, and writes it."""
    cpu, (off, times) = time.thread_time_ns() - cpu, S.end()
    first = result[0] if isinstance(result, tuple) else result
    _tell_shape(first)
    pictures = len(first) if hasattr(first, "__len__") else 1
    if times is not None:
        S.tell(loader, run, no, times)
    R.put(R.MADE, loader, no, run, worker, pictures, start, start, start, end, end, cpu, times is not None, off)


@when(
    "keras.preprocessing.image", "keras.src.legacy.preprocessing.image", "tf_keras.src.preprocessing.image",
    "keras_preprocessing.image.image_data_generator", "keras_preprocessing.image.affine_transformations",
    "keras_preprocessing.image.iterator", "keras_preprocessing.image.numpy_array_iterator",
    "keras.src.preprocessing.image", "keras.legacy.preprocessing.image",
)
def generator(m):
    for name, stage, place in FUNCTIONS:
        f = getattr(m, name, None)
        if isinstance(f, type(generator)) and not hasattr(f, "_augtop"):
            setattr(m, name, S.timed(stage, f, place is not None, True, place))
    cls = getattr(m, "ImageDataGenerator", None)
    if cls is not None and not hasattr(cls, "_augtop"):
        cls._augtop = True
        for name, stage, place in (("standardize", "standardize", 1), ("get_random_transform", "draw", None)):
            if name in vars(cls):
                setattr(cls, name, S.timed(stage, getattr(cls, name), place is not None, True, place))
    for cls in list(vars(m).values()):
        if not isinstance(cls, type) or not cls.__name__.endswith("Iterator") or cls.__name__ == "Iterator":
            continue
        for name in ("_get_batches_of_transformed_samples", "next"):
            f = vars(cls).get(name)
            if f is not None:
                if not hasattr(f, "_augtop"):
                    setattr(cls, name, _making(f))
                break


def _told(iterator):
    """The number of the loader that an iterator is, and a counter of its batches."""
    known = iterator.__dict__.get("_augtop")
    if known is None:
        with _lock:
            known = iterator.__dict__.get("_augtop")
            if known is None:
                samples, batch = int(getattr(iterator, "N", 0) or getattr(iterator, "n", 0) or 0), int(
                    getattr(iterator, "batch_size", 0) or 0)
                known = iterator.__dict__["_augtop"] = (next(ids), itertools.count())
                R.tell({
                    "e": "loader", "id": known[0], "kind": "keras", "epoch": 1, "t": mono(),
                    "batches": -(-samples // batch) if batch else -1, "samples": samples or -1, "batch": batch,
                    "workers": 1, "prefetch": 0, "dataset": type(iterator).__name__[:80],
                })
    return known


_shape_told = []


def _tell_shape(batch):
    """Once a process: the shape of a batch's pictures."""
    if not _shape_told:
        _shape_told.append(True)
        shape = [int(n) for n in getattr(batch, "shape", ())[1:]]
        if len(shape) == 3:
            R.tell({"e": "shape", "shape": shape})


def _making(f):
    @functools.wraps(f)
    def making(self, *args, **kwargs):
        try:
            loader, numbers = _told(self)
            no, thread = next(numbers), worker()
            S.begin(loader, 1, no, mono())
            cpu = time.thread_time_ns()
        except Exception:
            return f(self, *args, **kwargs)
        start = mono()
        try:
            result = f(self, *args, **kwargs)
        except BaseException:
            S.end()
            raise
        end = mono()
        try:
            made(loader, 1, no, thread, result, start, end, cpu)
            _latest[0] = loader
        except Exception:
            pass
        return result

    making._augtop = f
    return making


# The loader of the last batch that was made, which is the one that a step takes.
_latest = [0]
_taken = itertools.count()
_last_end = [0]


@when("keras.engine.training", "keras.models")
def training(m):
    """Keras 1 and 2: fit_generator calls train_on_batch for each step."""
    for name in ("Model", "Sequential"):
        cls = getattr(m, name, None)
        f = vars(cls).get("train_on_batch") if isinstance(cls, type) else None
        if f is not None and not hasattr(f, "_augtop"):
            cls.train_on_batch = _training(f)


_depth = threading.local()


def _training(f):
    @functools.wraps(f)
    def train_on_batch(self, *args, **kwargs):
        if getattr(_depth, "inside", False):
            return f(self, *args, **kwargs)
        _depth.inside, at = True, mono()
        R.put(R.TAKEN, _latest[0], next(_taken), 1, _last_end[0] or at, at, 1, 0, 0, 0, 0)
        try:
            return f(self, *args, **kwargs)
        finally:
            _depth.inside, _last_end[0] = False, mono()

    train_on_batch._augtop = f
    return train_on_batch
