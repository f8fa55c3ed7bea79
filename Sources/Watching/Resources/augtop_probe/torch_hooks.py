"""torch.utils.data: what a DataLoader's workers make, and what the training loop takes."""
import collections
import functools
import itertools
import json
import os
import sys
import threading
import weakref
from time import thread_time_ns as thread_time

from . import ring as R
from . import stages as S
from .hooks import when

mono = R.mono
MADE, TAKEN, PIPED = R.MADE, R.TAKEN, R.PIPED
_loaders = itertools.count(1)
# By place in the script and kind of loader: its number, and a reference to the one that has it now.
_places = {}
# By number of a loader: epochs begun.
_epochs = {}


def _number(loader, frame):
    """A loader's number. A script that makes its loader anew in every epoch has one loader: the number of one
    that is gone passes to the next from the same line, of the same dataset's class and batch size."""
    place = (
        frame.f_code.co_filename, frame.f_lineno, type(loader.dataset), getattr(loader, "batch_size", None),
        _length(loader.dataset),
    )
    known = _places.get(place)
    if known is not None and known[1]() is None:
        number = known[0]
    else:
        number = next(_loaders)
    if len(_places) < 1024 or place in _places:
        _places[place] = (number, weakref.ref(loader))
    return number


def _length(dataset):
    try:
        return len(dataset)
    except Exception:
        return -1


class _Making:
    """A batch that is being made."""

    __slots__ = ("loader", "resume", "no", "worker", "asked", "got", "collate", "pictures", "cpu", "burnt")

    def __init__(self):
        self.loader = self.resume = self.asked = self.got = self.collate = self.pictures = 0
        # Of a measured batch, the thread's CPU time at its start, and what its pictures took of it.
        self.cpu = self.burnt = 0
        self.no = self.worker = -1


class _Now(threading.local):
    """The batch that a worker's thread, or a loop without workers, makes."""

    def __init__(self):
        self.batch = _Making()


now = _Now()


@when("torch.utils.data._utils.fetch")
def fetchers(m):
    for name in ("_MapDatasetFetcher", "_IterableDatasetFetcher"):
        cls = getattr(m, name)
        cls.fetch = _fetch(cls.fetch)


_shape_told = []


def _parts(sample):
    """What a sample, or a batch, holds: itself, or its members."""
    if isinstance(sample, dict):
        return list(sample.values())
    return sample if isinstance(sample, (list, tuple)) else [sample]


def _tell_shape(sample, is_batch):
    """Once a process: the shape of a picture."""
    _shape_told.append(True)
    for part in _parts(sample):
        shape = [int(n) for n in getattr(part, "shape", ())]
        if is_batch and len(shape) == 4:
            shape = shape[1:]
        if len(shape) == 3:
            R.tell({"e": "shape", "shape": shape})
            return


def _pictures_in(batch):
    """Of a dataset that makes batches itself: the pictures in one, which is a single picture where none of its arrays
    has a dimension more."""
    for part in _parts(batch):
        shape = getattr(part, "shape", ())
        if len(shape) == 4:
            return int(shape[0])
    return 1


def _prepare(fetcher):
    """Before a fetcher's first batch: finds the dataset's transforms, and sees its collating begin.

    The answer is whether its batches are noted."""
    fetcher._augtop = not _is_kerass(fetcher.dataset)
    if not fetcher._augtop:
        return False
    try:
        from . import datasets

        datasets.look(fetcher.dataset)
    except Exception as error:
        R.tell({"e": "unhooked", "module": "dataset", "why": repr(error)[:200]})
    inner, joins = fetcher.collate_fn, fetcher.auto_collation

    def collate(data):
        try:
            w = now.batch
            samples = joins and isinstance(data, (list, tuple))
            w.pictures = len(data) if samples else _pictures_in(data)
            if not _shape_told:
                _tell_shape(data[0] if samples and data else data, not samples)
            S.batch.plain = True
            if w.cpu:
                w.burnt = thread_time() - w.cpu
            w.collate = mono()
        except Exception:
            pass
        return inner(data)

    fetcher.collate_fn = collate
    return True


def _is_kerass(dataset):
    """Whether it is what Keras 3 wraps a PyDataset in, which has hooks of its own."""
    return type(dataset).__module__.startswith("keras.src")


def _fetch(original):
    @functools.wraps(original)
    def fetch(self, index):
        known = self.__dict__.get("_augtop")
        if known is None:
            known = _prepare(self)
        if not known:
            return original(self, index)
        w, cpu, measured = now.batch, 0, False
        try:
            w.collate = w.cpu = w.burnt = 0
            measured = S.begin(w.loader, w.resume, w.no, mono())
            if measured:
                cpu = w.cpu = thread_time()
        except Exception:
            pass
        start = mono()
        try:
            return original(self, index)
        finally:
            end = mono()
            try:
                if measured:
                    cpu = thread_time() - cpu
                off, times = S.end()
                if w.collate:
                    if measured:
                        S.tell(w.loader, w.resume, w.no, times)
                    R.put(
                        MADE, w.loader, w.no, w.resume, w.worker, w.pictures, w.asked or start, w.got or start,
                        start, w.collate, end, cpu, measured, off, w.burnt,
                    )
            except Exception:
                pass

    return fetch


def _tell_failure(error):
    """What ends a loop over a loader, as a worker's death: PyTorch's own words, of which the first line says it."""
    try:
        text = str(error).strip().splitlines()
        R.tell({"e": "failed", "why": ("%s: %s" % (type(error).__name__, text[0] if text else ""))[:200]})
    except Exception:
        pass


@when("torch.utils.data._utils.signal_handling")
def signals(m):
    """A worker that dies while the loop trains is told of wherever the loop is."""
    original = m._error_if_any_worker_fails

    @functools.wraps(original)
    def _error_if_any_worker_fails():
        try:
            return original()
        except RuntimeError as error:
            _tell_failure(error)
            raise

    m._error_if_any_worker_fails = _error_if_any_worker_fails


@when("torch.utils.data._utils.worker")
def worker(m):
    original = m._worker_loop

    @functools.wraps(original)
    def _worker_loop(*args, **kwargs):
        try:
            _watch_queues(args)
        except Exception as error:
            R.tell({"e": "unhooked", "module": "worker", "why": repr(error)[:200]})
        return original(*args, **kwargs)

    m._worker_loop = _worker_loop


def _watch_queues(args):
    """Notes when a worker asks for an index, gets it, and when its batch has left."""
    index_queue, data_queue, number, count = args[2], args[3], args[10], args[11]
    # The batch of this thread, which fetches.
    w = now.batch
    w.worker, w.loader, w.resume, w.asked, w.got = number, 0, 0, 0, 0
    R.tell({"e": "worker", "worker": number, "of": count, "t": mono()})
    get = index_queue.get

    def timed_get(*a, **k):
        if not w.asked:
            w.asked = mono()
        r = get(*a, **k)
        if isinstance(r, tuple):
            w.no, w.got = r[0], mono()
        elif r is not None:
            # The next epoch of a persistent worker.
            w.resume += 1
        return r

    index_queue.get = timed_get
    order = collections.deque()
    put = data_queue.put

    def timed_put(obj, *a, **k):
        try:
            order.append((obj[0], w.resume) if isinstance(obj[0], int) else None)
            w.asked = 0
        except Exception:
            pass
        return put(obj, *a, **k)

    data_queue.put = timed_put
    send = getattr(data_queue, "_send_bytes", None)
    if send is None:
        return

    def timed_send(data, *a, **k):
        r = send(data, *a, **k)
        if order:
            entry = order.popleft()
            if entry is not None:
                R.put(PIPED, 0, entry[0], entry[1], number, mono(), len(data))
        return r

    data_queue._send_bytes = timed_send


def _wishes():
    """Arguments that `augtop watch --verify` sets: {"workers": 4, "prefetch": 4, "pin": true, …}."""
    try:
        return json.loads(os.environ.get("AUGTOP_LOADER") or "{}")
    except ValueError:
        return {}


@when("torch.utils.data.dataloader")
def loader(m):
    Loader, Base, Multi = m.DataLoader, m._BaseDataLoaderIter, m._MultiProcessingDataLoaderIter
    make, init, start, step, reset = (
        Loader.__init__, Base.__init__, Multi.__init__, Base.__next__, Base._reset,
    )
    import torch

    is_training = torch.is_grad_enabled
    wishes = _wishes()
    from . import torch_steps as steps

    current, EVERY = steps.step, steps.EVERY

    @functools.wraps(make)
    def loader_init(self, *args, **kwargs):
        if wishes:
            try:
                args, kwargs = _changed(args, kwargs, wishes)
            except Exception:
                pass
        make(self, *args, **kwargs)
        try:
            self.__dict__["_augtop"] = _number(self, sys._getframe(1))
        except Exception:
            pass

    @functools.wraps(init)
    def iter_init(self, loader, *a, **k):
        if _is_kerass(loader.dataset):
            init(self, loader, *a, **k)
            return
        try:
            d = loader.__dict__
            if "_augtop" not in d:
                d["_augtop"] = next(_loaders)
            number = d["_augtop"]
            _epochs[number] = epoch = _epochs.get(number, 0) + 1
            self._augtop, self._augtop_epoch, self._augtop_no = number, epoch, 0
            self._augtop_from = epoch
        except Exception:
            pass
        init(self, loader, *a, **k)
        try:
            _tell(self, loader)
        except Exception:
            pass

    @functools.wraps(start)
    def multi_init(self, loader, *a, **k):
        t = mono()
        start(self, loader, *a, **k)
        try:
            _tell_workers(self, t, mono())
        except Exception:
            pass

    @functools.wraps(step)
    def __next__(self):
        try:
            no, inline = self._augtop_no, self._num_workers == 0
            loader, epoch = self._augtop, self._augtop_epoch
        except AttributeError:
            return step(self)
        wanted = mono()
        if current.on:
            steps.wanted(wanted)
        if inline:
            w = now.batch
            w.loader, w.resume, w.no, w.worker, w.asked, w.got = loader, epoch, no, -1, wanted, wanted
        try:
            r = step(self)
        except StopIteration:
            R.put(R.EPOCH, loader, epoch, no, wanted, mono())
            raise
        except Exception as error:
            _tell_failure(error)
            raise
        try:
            if not inline:
                no = self._rcvd_idx - 1
            at = mono()
            R.put(TAKEN, loader, no, epoch, wanted, at, is_training(), steps.count[0], 0, 0, inline)
            self._augtop_no = no + 1
            current.seen += 1
            if not current.seen % EVERY or current.seen < 3:
                steps.taken(loader, no, epoch, at)
        except Exception:
            pass
        return r

    @functools.wraps(reset)
    def _reset(self, loader, first_iter=False, *a, **k):
        if not first_iter and "_augtop_no" in self.__dict__:
            self._augtop_epoch += 1
            self._augtop_no = 0
            try:
                _epochs[self._augtop] = self._augtop_epoch
            except Exception:
                pass
        return reset(self, loader, first_iter, *a, **k)

    Loader.__init__, Base.__init__, Multi.__init__ = loader_init, iter_init, multi_init
    Base.__next__, Base._reset = __next__, _reset


def _has_device():
    """Whether the job uses a device of its own; asking starts none."""
    torch = sys.modules["torch"]
    for name in ("cuda", "xpu"):
        asked = getattr(getattr(torch, name, None), "is_initialized", None)
        if asked is not None and asked():
            return True
    return False


_told = {}


def _tell(it, loader):
    """A loader's line, where it says something new: one for each epoch would fill the page."""
    try:
        length = len(loader)
    except Exception:
        length = -1
    line = {
        "e": "loader", "id": it._augtop, "kind": "torch",
        "batches": length, "samples": _length(loader.dataset), "batch": getattr(loader, "batch_size", None) or 0,
        "workers": loader.num_workers, "prefetch": getattr(loader, "prefetch_factor", None) or 0,
        "in_order": bool(getattr(loader, "in_order", True)), "persistent": bool(loader.persistent_workers),
        "pin": bool(getattr(it, "_pin_memory", False)), "device": _has_device(), "dataset": type(loader.dataset).__name__[:80],
        "iterable": not hasattr(loader.dataset, "__getitem__"),
    }
    if _told.get(it._augtop) != line:
        _told[it._augtop] = line
        R.tell(line)


def _tell_workers(it, since, until):
    R.tell_workers(
        getattr(it, "_augtop", 0), getattr(it, "_augtop_epoch", 1), [w.pid for w in it._workers], since, until)


_ARGUMENTS = {
    "workers": "num_workers", "prefetch": "prefetch_factor", "pin": "pin_memory", "persistent": "persistent_workers",
}
_PLACES = {"num_workers": 5, "pin_memory": 7}


def _changed(args, kwargs, wishes):
    """The arguments of a DataLoader with those of --verify in place of the script's."""
    args, kwargs = list(args), dict(kwargs)
    for wish, value in wishes.items():
        name = _ARGUMENTS.get(wish)
        if name is None:
            continue
        place = _PLACES.get(name)
        if place is not None and place < len(args):
            args[place] = value
        else:
            kwargs[name] = value
    workers = args[5] if len(args) > 5 else kwargs.get("num_workers", 0)
    if not workers:
        # Without workers PyTorch refuses both.
        kwargs.pop("prefetch_factor", None)
        kwargs.pop("persistent_workers", None)
    return tuple(args), kwargs
