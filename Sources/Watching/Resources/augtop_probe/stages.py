"""The times of stages within the batch that a thread makes, and the stages to bypass.

A thread's state is `plain` while nothing is asked of it: wrapped functions then do what the original does,
after one look. Stages are measured in the first two batches and then twice a second, or less often where they
are so many that the measuring would take more than a share of the time. A batch is chosen before it begins, by the
clock, so that slow ones are chosen no more often than others. What was found in a dataset is wrapped during those
batches alone, and the others run as if there were no probe; while a stage is bypassed, that one alone is wrapped in
batches that aren't measured, so that the others cost what they cost without it.
"""
import functools
import os
import threading
from time import thread_time_ns as thread_time

from . import ring as R
from .control import control

mono = R.mono
# The least time between measured batches, and the most of the time that measuring takes, as one in so many.
APART = 500_000_000
SHARE = 400
# Measuring one call of a stage, and wrapping one place and putting it back, in ns.
CALL, PLACE = 2_500, 3_000


class Batch(threading.local):
    """plain: nothing to do. times: wall and CPU time by stage number, None where this batch isn't measured. inner and
    inner_cpu: of the stage that runs, the time that stages within it took. calls: of stages in it. due: when one is to be measured again."""

    plain, times, off, count, inner, inner_cpu, wrapped, calls, due = True, None, frozenset(), 0, 0, 0, False, 0, 0


batch = Batch()
_numbers = {}
_refused = set()
_lock = threading.Lock()


def number(name, switchable):
    n = _numbers.get(name)
    if n is None:
        with _lock:
            n = _numbers.get(name)
            if n is None:
                n = _numbers[name] = len(_numbers)
                R.tell({"e": "stage", "id": n, "name": name[:80], "switch": bool(switchable)})
    return n


def _forget():
    global _users, _lock
    _lock = threading.Lock()
    if _users:
        _users = 1
        _use(-1)
    _numbers.clear()
    _refused.clear()
    checked.clear()
    batch.__dict__.clear()


os.register_at_fork(after_in_child=_forget)


class _Wrap:
    """What is wrapped: functions that wrap it and that put back what was there, the stages' names, and whether it is
    wrapped now."""

    __slots__ = ("put", "put_back", "names", "on")

    def __init__(self, put, put_back, names):
        self.put, self.put_back, self.names, self.on = put, put_back, names, False


_wraps = []
_wrapped = set()
_users = 0


def _is_new(owner, name):
    """Whether it isn't wrapped yet; remembers it."""
    key = (id(owner), name)
    if key in _wrapped:
        return False
    _wrapped.add(key)
    return True


def wrap_attribute(owner, name, wrapped, names):
    """Has an attribute be something else during measured batches, and while one of the stages `names` is bypassed."""
    if not _is_new(owner, name):
        return
    own = vars(owner) if hasattr(owner, "__dict__") else {}
    missing = name not in own
    original = None if missing else own[name]

    def put_back():
        if missing:
            delattr(owner, name)
        else:
            setattr(owner, name, original)

    _add(lambda: setattr(owner, name, wrapped), put_back, names)


def wrap_item(space, name, wrapped, names):
    """The same for an entry of a module's names; false where it has been wrapped already."""
    if not _is_new(space, name):
        return False
    original = space[name]
    _add(lambda: space.__setitem__(name, wrapped), lambda: space.__setitem__(name, original), names)
    return True


def wrap_list(items, wrapped, names):
    """The same for a list's members."""
    if not _is_new(items, None):
        return
    original = list(items)

    def put_back():
        if len(items) == len(wrapped) and all(a is b for a, b in zip(items, wrapped)):
            items[:] = original

    def put():
        if len(items) == len(original) and all(a is b for a, b in zip(items, original)):
            items[:] = wrapped

    _add(put, put_back, names)


def _add(put, put_back, names):
    with _lock:
        if len(_wraps) < 1024:
            _wraps.append(_Wrap(put, put_back, names))
            if _users:
                put()
                _wraps[-1].on = True


def _use(more, off=None):
    """Wraps what a thread needs: for the stages `off`, or all where it measures. Puts it back where the last one is
    done."""
    global _users
    with _lock:
        _users += more
        if more > 0:
            for wrap in _wraps:
                if not wrap.on and (off is None or not off.isdisjoint(wrap.names)):
                    wrap.put()
                    wrap.on = True
        elif _users == 0:
            for wrap in reversed(_wraps):
                if wrap.on:
                    wrap.put_back()
                    wrap.on = False


def begin(loader, resume, no, at):
    """Begins a batch on this thread; whether its stages are measured."""
    b = batch
    off = control().look(loader, resume, no)
    detail = at >= b.due
    if detail or off:
        b.count += 1
        b.off, b.times, b.plain = off, {} if detail else None, False
        b.inner = b.inner_cpu = b.calls = 0
        _use(1, None if detail else off)
        b.wrapped = True
        if detail:
            # The second batch, too: it is the first that is warm.
            b.due = at + APART if b.count > 1 else 0
    return detail


def end():
    """Ends it; the number of stages bypassed, and the stages' times, None where they weren't measured."""
    b = batch
    if not b.wrapped:
        return 0, None
    times, off = b.times, len(b.off)
    b.plain, b.times, b.off = True, None, frozenset()
    b.wrapped = False
    _use(-1)
    if times is not None and b.due:
        b.due += SHARE * (b.calls * CALL + len(_wraps) * PLACE)
    return off, times


def tell(loader, resume, no, times):
    """Writes the times, three stages a slot."""
    words = [w for n, (wall, cpu) in times.items() for w in (n, wall, cpu)]
    for i in range(0, max(1, len(words)), 9):
        R.put(R.STAGES, loader, no, resume, len(times), *words[i : i + 9])


def run(name, f, args, kwargs, value, switchable=True, opaque=True):
    """Calls f as the stage `name`, where the batch isn't plain.

    `value` is what comes back in its place where it is bypassed. Within an opaque stage nothing else is
    measured; another one's time is without that of the stages within it.
    """
    b = batch
    if name in b.off and switchable:
        if name in checked:
            return value
        if name not in _refused:
            return _first_bypassed(name, f, args, kwargs, value)
    if b.times is None:
        if not opaque:
            return f(*args, **kwargs)
        b.plain = True
        try:
            return f(*args, **kwargs)
        finally:
            b.plain = False
    outer, outer_cpu, b.inner, b.inner_cpu = b.inner, b.inner_cpu, 0, 0
    if opaque:
        b.plain = True
    start, cpu = mono(), thread_time()
    try:
        return f(*args, **kwargs)
    finally:
        took, cpu = mono() - start, thread_time() - cpu
        b.plain = False
        n = number(name, switchable)
        wall, burnt = b.times.get(n, (0, 0))
        b.times[n] = wall + took - b.inner, burnt + cpu - b.inner_cpu
        b.calls += 1
        b.inner, b.inner_cpu = outer + took, outer_cpu + cpu


# Stages that keep type and shape: where one is bypassed, its value comes back at once.
checked = set()


def _form(value):
    """Type and shape of a value, to tell whether a stage keeps them."""
    if isinstance(value, dict):
        return tuple((k, _form(v)) for k, v in sorted(value.items(), key=lambda p: str(p[0])))
    if isinstance(value, (list, tuple)):
        return type(value), tuple(_form(v) for v in value)
    if isinstance(value, (int, float, str, bool)) or value is None:
        return type(value)
    size = getattr(value, "shape", None)
    if size is None:
        size = getattr(value, "size", None)
    kind = getattr(value, "dtype", None) or getattr(value, "mode", None)
    return type(value).__name__, tuple(size) if isinstance(size, (tuple, list)) else str(size), str(kind)


def _first_bypassed(name, f, args, kwargs, value):
    """What a stage gives that is to be bypassed for the first time: it runs once more, and one whose result has
    another type or shape than what went in is refused by name and stays on."""
    b = batch
    was, b.plain = b.plain, True
    try:
        before = _form(value)
        result = f(*args, **kwargs)
        after = _form(result)
    finally:
        b.plain = was
    if before != after:
        _refused.add(name)
        R.tell({"e": "refused", "stage": name, "from": str(before)[:200], "to": str(after)[:200]})
    else:
        checked.add(name)
    return result


def timed(name, f, switchable=False, opaque=False, picture=None):
    """f as a stage. `picture` is the place of its picture among the arguments, where it can be bypassed."""

    @functools.wraps(f)
    def stage(*args, **kwargs):
        if batch.plain:
            return f(*args, **kwargs)
        can = switchable and picture is not None and len(args) > picture
        return run(name, f, args, kwargs, args[picture] if can else None, can, opaque)

    stage._augtop = f
    return stage
