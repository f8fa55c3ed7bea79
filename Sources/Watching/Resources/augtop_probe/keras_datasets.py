"""Keras 3: what a PyDataset makes, on fit's thread or in a pool of threads or processes, and what fit takes of it."""
import collections
import functools
import itertools
import multiprocessing
import os
import sys
import threading
import time
import weakref

from . import keras_hooks as K
from . import ring as R
from . import stages as S
from .hooks import when

mono = R.mono


@when("keras.src.trainers.data_adapters.py_dataset_adapter")
def adapter(m):
    original = m.PyDatasetAdapter.__init__

    @functools.wraps(original)
    def __init__(self, x, *args, **kwargs):
        original(self, x, *args, **kwargs)
        try:
            loader = _watch_py_dataset(x)
            run = _runs[loader] = _Run(_runs.get(loader), getattr(self, "enqueuer", None))
            if run.is_pooled:
                _watch_pools(self.enqueuer, loader, run)
        except Exception as error:
            R.tell({"e": "unhooked", "module": "PyDataset", "why": repr(error)[:200]})

    m.PyDatasetAdapter.__init__ = __init__
    make = m.PyDatasetAdapter._get_iterator

    @functools.wraps(make)
    def _get_iterator(self, *args, **kwargs):
        return _taking(make(self, *args, **kwargs), self.py_dataset)

    m.PyDatasetAdapter._get_iterator = _get_iterator


class _Run:
    """What one adapter, as of one fit, makes and takes of a dataset: its number among the dataset's, and counters.

    Batches are taken in the order in which they were submitted, over all epochs: those that are left at an
    epoch's end are the first of the next one.
    """

    __slots__ = ("number", "made", "taken", "is_pooled")

    def __init__(self, before, enqueuer):
        self.number = 1 if before is None else before.number + 1
        self.made, self.taken = itertools.count(), itertools.count()
        self.is_pooled = hasattr(enqueuer, "executor_fn")


# Of the loaders that this process has told, by their numbers.
_runs = {}
_lock = threading.Lock()


def _forget():
    global _lock
    _lock = threading.Lock()
    _runs.clear()


os.register_at_fork(after_in_child=_forget)


class _Place(threading.local):
    """The batch that a pool's thread or process makes: the run's number, the batch's and the worker's."""

    run = no = worker = None


_place = _Place()


# The workers of a pool of processes: the first one's number among all that the job has started, and how many they are.
_Workers = collections.namedtuple("_Workers", ("first", "count"))


def _watch_pools(enqueuer, loader, run):
    """Numbers what the enqueuer submits to its pool, of which each epoch has a new one."""
    make = enqueuer.executor_fn

    def executor_fn(*args, **kwargs):
        since = mono()
        pool = make(*args, **kwargs)
        try:
            _number(pool, loader, run, since)
        except Exception as error:
            R.tell({"e": "unhooked", "module": "PyDataset", "why": repr(error)[:200]})
        return pool

    enqueuer.executor_fn = executor_fn


def _number(pool, loader, run, since):
    processes = [w for w in pool._pool if isinstance(w, multiprocessing.process.BaseProcess)]
    if processes:
        workers = _Workers(min(w._identity[-1] for w in processes), len(processes))
        R.tell_workers(loader, 0, [w.pid for w in processes], since, mono())
    else:
        workers = {}
    # The pool ends with its last reference.
    own, submit = weakref.ref(pool), type(pool).apply_async

    def apply_async(func, args=(), *more, **named):
        return submit(own(), _numbered, (run.number, next(run.made), workers, func, args), *more, **named)

    pool.apply_async = apply_async


def _numbered(run, no, workers, make, args):
    """Makes a batch, on a thread or in a process of a pool."""
    try:
        if isinstance(workers, _Workers):
            _place.worker = (multiprocessing.current_process()._identity[-1] - workers.first) % workers.count
            dataset = sys.modules[make.__module__]._SHARED_SEQUENCES[args[0]]
            if not hasattr(type(dataset).__getitem__, "_augtop"):
                # A process that wasn't forked has the dataset, and nothing that wraps it.
                _wrap(dataset)
        else:
            with _lock:
                _place.worker = workers.setdefault(threading.get_ident(), len(workers))
        _place.run, _place.no = run, no
    except Exception:
        pass
    try:
        return make(*args)
    finally:
        _place.run = None


def _watch_py_dataset(dataset):
    """The number of the loader that a dataset is."""
    loader = dataset.__dict__.get("_augtop")
    if loader is not None:
        return loader
    loader = dataset.__dict__["_augtop"] = next(K.ids)
    try:
        batches = len(dataset)
    except Exception:
        batches = -1
    R.tell({
        "e": "loader", "id": loader, "kind": "keras3", "epoch": 1, "t": mono(), "batches": batches, "samples": -1,
        "batch": 0, "workers": int(getattr(dataset, "workers", 1)), "prefetch": int(getattr(dataset, "max_queue_size", 10)),
        "processes": bool(getattr(dataset, "use_multiprocessing", False)), "dataset": type(dataset).__name__[:80],
    })
    _wrap(dataset)
    return loader


def _wrap(dataset):
    from . import datasets

    datasets.look(dataset)
    cls = type(dataset)
    f = cls.__getitem__
    if hasattr(f, "_augtop"):
        return

    @functools.wraps(f)
    def __getitem__(self, index):
        known = self.__dict__.get("_augtop")
        number, no, worker, run = _place.run, _place.no, _place.worker, _runs.get(known)
        if number is None:
            # A batch that no pool makes; what the script itself asks for beside a pool is none of fit's.
            if run is None or run.is_pooled:
                return f(self, index)
            number, no = run.number, next(run.made)
        # Of another process only the numbers are known, by which its workers were told.
        loader = known if run is not None else 0
        if worker is None:
            worker = K.worker()
        S.begin(loader, number, no, mono())
        cpu, start = time.thread_time_ns(), mono()
        try:
            result = f(self, index)
        except BaseException:
            S.end()
            raise
        end = mono()
        try:
            K.made(loader, number, no, worker, result, start, end, cpu)
        except Exception:
            pass
        return result

    __getitem__._augtop = f
    cls.__getitem__ = __getitem__


def _taking(iterator, dataset):
    """fit's iterator: waits and steps."""
    loader = dataset.__dict__.get("_augtop", 0)
    run, no = _runs.get(loader) or _Run(None, None), 0
    epoch = dataset.__dict__["_augtop_epoch"] = dataset.__dict__.get("_augtop_epoch", 0) + 1
    iterator = iter(iterator)
    while True:
        wanted = mono()
        try:
            batch = next(iterator)
        except StopIteration:
            R.put(R.EPOCH, loader, epoch, no, wanted, mono())
            return
        R.put(R.TAKEN, loader, next(run.taken), run.number, wanted, mono(), 1, 0, 0, 0, 0)
        no += 1
        yield batch
