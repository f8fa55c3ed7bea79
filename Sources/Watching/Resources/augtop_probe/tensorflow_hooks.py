"""tf.data: its iterator as a Python loop sees it, the wait and the step of each batch, and what the parts of the pipeline
do, from the model that tf.data keeps of them for its own tuning."""
import functools
import itertools
import sys
import weakref

from . import ring as R
from .hooks import when

mono = R.mono
_ids = itertools.count(2001)
# Between two looks at the pipeline's parts, in ns; a look takes no more than one part in so many of the time.
APART, SHARE = 1_000_000_000, 1_000
# By place in the script and kind of dataset: its number, and a reference to the one that has it now.
_places = {}
# By number: epochs begun.
_epochs = {}
# Gradients taken so far, by which training is told from validation.
count = [0]


def _number(dataset, frame):
    """A dataset's number. One that the script makes anew in every epoch, in the same line, has the number of the one that
    is gone."""
    known = dataset.__dict__.get("_augtop")
    if known is None:
        place = (frame.f_code.co_filename, frame.f_lineno, type(dataset))
        last = _places.get(place)
        known = last[0] if last is not None and last[1]() is None else next(_ids)
        if len(_places) < 1024 or place in _places:
            _places[place] = (known, weakref.ref(dataset))
        dataset.__dict__["_augtop"] = known
    return known


def _begin(iterator, dataset, frame):
    number = _number(dataset, frame)
    _epochs[number] = epoch = _epochs.get(number, 0) + 1
    iterator._augtop, iterator._augtop_epoch, iterator._augtop_no, iterator._augtop_due = number, epoch, 0, 0
    if epoch > 1:
        return
    R.tell({
        "e": "loader", "id": number, "kind": "tf.data", "epoch": 1, "t": mono(),
        "batches": int(dataset.cardinality().numpy()), "samples": -1, "batch": 0, "workers": 0, "prefetch": 0,
        "dataset": type(dataset).__name__[:80],
    })


_shapes = set()


def _tell_shape(loader, batch):
    """Once a loader: the pictures in a batch, and their shape."""
    _shapes.add(loader)
    for part in batch.values() if isinstance(batch, dict) else batch if isinstance(batch, (list, tuple)) else [batch]:
        shape = [int(n) for n in getattr(part, "shape", ())]
        if len(shape) == 4:
            R.tell({"e": "shape", "shape": shape[1:], "loader": loader, "batch": shape[0]})
            return


_nodes = {}


def _look(iterator):
    """What the pipeline's parts have done since the iterator was made: elements, time on all threads, elements that lie
    ready. Where tf.data doesn't tune itself, it keeps no model."""
    start = mono()
    iterator._augtop_due = 1 << 62
    from tensorflow.python.data.experimental.ops.iterator_model_ops import get_model_proto

    loader, epoch = iterator._augtop, iterator._augtop_epoch
    for number, node in get_model_proto(iterator).nodes.items():
        if number >= 4096:
            continue
        if _nodes.get((loader, number)) != node.name:
            _nodes[loader, number] = node.name
            R.tell({"e": "node", "loader": loader, "id": number, "name": node.name[:80]})
        values = {p.name: p.value for p in node.parameters}
        R.put(
            R.NODE, loader, number, epoch, node.num_elements, node.processing_time, node.buffered_elements,
            int(values.get("parallelism", 0)), int(values.get("buffer_size", 0)),
        )
    at = mono()
    iterator._augtop_due = at + max(APART, SHARE * (at - start))


@when("tensorflow.python.eager.backprop")
def gradients(m):
    original = m.GradientTape.gradient

    @functools.wraps(original)
    def gradient(self, *args, **kwargs):
        count[0] += 1
        return original(self, *args, **kwargs)

    m.GradientTape.gradient = gradient


@when("tensorflow.python.eager.polymorphic_function.polymorphic_function")
def functions(m):
    """A tf.function takes its gradients while it is traced; from then on each of its calls counts."""
    original = m.Function.__call__
    training = weakref.WeakSet()

    @functools.wraps(original)
    def __call__(self, *args, **kwargs):
        before = count[0]
        result = original(self, *args, **kwargs)
        try:
            if count[0] != before:
                training.add(self)
            elif self in training:
                count[0] += 1
        except Exception:
            pass
        return result

    m.Function.__call__ = __call__


@when("tensorflow.python.data.ops.iterator_ops")
def iterators(m):
    cls = m.OwnedIterator
    step, init = cls.__next__, cls.__init__

    @functools.wraps(init)
    def __init__(self, *args, **kwargs):
        init(self, *args, **kwargs)
        try:
            dataset = args[0] if args else kwargs.get("dataset")
            if dataset is not None:
                _begin(self, dataset, sys._getframe(2))
        except Exception:
            pass

    @functools.wraps(step)
    def __next__(self):
        loader = self.__dict__.get("_augtop")
        if loader is None:
            return step(self)
        epoch, wanted = self._augtop_epoch, mono()
        try:
            result = step(self)
        except StopIteration:
            R.put(R.EPOCH, loader, epoch, self._augtop_no, wanted, mono())
            raise
        at = mono()
        # Where gradients are seen, they tell what is trained on.
        R.put(R.TAKEN, loader, self._augtop_no, epoch, wanted, at, count[0] == 0, count[0], 0, 0, 0)
        self._augtop_no += 1
        if at >= self._augtop_due:
            try:
                if loader not in _shapes:
                    _tell_shape(loader, result)
                _look(self)
            except Exception:
                pass
        return result

    cls.__init__, cls.__next__ = __init__, __next__
