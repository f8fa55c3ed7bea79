"""Finds what a dataset does to a picture: its transforms, lists of callables, its own methods and functions.

It looks once, where the first batch is made: at what the dataset holds, and at the names that its __getitem__
uses. During measured batches classes have a wrapped __call__, and functions in a list are replaced by ones that
are pickled, compared and printed as the original.
"""
import functools
import types

from . import stages as S
from . import transforms as T

# Modules whose functions are the picture's stages where a dataset names them.
MODULES = ("cv2", "PIL.ImageOps", "PIL.ImageEnhance", "scipy.ndimage", "skimage", "torchvision.transforms.functional",
           "torchvision.transforms.v2.functional", "kornia", "imgaug", "torchvision.io")
PICTURES = ("resize", "rotate", "transpose", "crop", "convert", "filter", "transform")
LIBRARIES = ("torch.", "torchvision.", "albumentations.", "numpy.", "PIL.", "cv2", "keras.", "tensorflow.", "builtins")
HOLDERS = ("transform", "transforms", "target_transform", "augment", "augmentation", "augmentations", "aug",
           "pipeline", "preprocess", "tfms", "ops", "steps")
MOST = 64

_seen = set()
_wrapped = {}


class Step:
    """A function of a user's list, as a stage; to everyone else it is the function."""

    __slots__ = ("_augtop", "_name")

    def __init__(self, f, name):
        object.__setattr__(self, "_augtop", f)
        object.__setattr__(self, "_name", name)

    def __call__(self, *args, **kwargs):
        b = S.batch
        if b.plain:
            return self._augtop(*args, **kwargs)
        if self._name in b.off and self._name in S.checked and args:
            return args[0]
        return S.run(self._name, self._augtop, args, kwargs, args[0] if args else None, bool(args))

    @property
    def __class__(self):
        return type(self._augtop)

    def __getattr__(self, key):
        return getattr(object.__getattribute__(self, "_augtop"), key)

    def __reduce_ex__(self, protocol):
        return _same, (self._augtop,)

    def __eq__(self, other):
        return self._augtop == (other._augtop if type(other) is Step else other)

    def __hash__(self):
        return hash(self._augtop)

    def __repr__(self):
        return repr(self._augtop)


def _same(f):
    return f


def look(dataset, depth=0):
    """Wraps what is found in a dataset and in those that it wraps."""
    if dataset is None or depth > 4 or id(dataset) in _seen or len(_seen) > 4096:
        return
    _seen.add(id(dataset))
    held = getattr(dataset, "__dict__", None) or {}
    for key in ("dataset", "datasets"):
        inner = held.get(key)
        for d in inner if isinstance(inner, (list, tuple)) else [inner]:
            look(d, depth + 1)
    named = _functions(dataset)
    for key, value in list(held.items()):
        if key.lstrip("_") in HOLDERS or _is_chain(value) or _holds_chain(value) or key in named and callable(value):
            _holder(dataset, key, value)


def _is_library(cls):
    return (getattr(cls, "__module__", "") + ".").startswith(LIBRARIES)


def _is_chain(value):
    return isinstance(value, (list, tuple)) and 1 < len(value) <= MOST and all(map(callable, value)) and not any(
        isinstance(v, type) for v in value)


def _holds_chain(value):
    """Whether it is a callable object of the user's with a list of callables in it."""
    if not callable(value) or isinstance(value, (type, types.FunctionType)):
        return False
    return any(_is_chain(v) for v in (getattr(value, "__dict__", None) or {}).values())


def _holder(owner, key, value):
    """A transform, or an object or list of them."""
    if _is_chain(value):
        _list(owner, key, value)
        return
    if value is None or not callable(value) or isinstance(value, type):
        return
    kind = type(value)
    if kind.__name__ in T.CONTAINERS and _is_library(kind) and not kind.__module__.startswith("torch.nn"):
        return  # hooked as such
    lists = {k: v for k, v in (getattr(value, "__dict__", None) or {}).items() if _is_chain(v)}
    modules = getattr(value, "_modules", None)
    if kind.__name__ == "Sequential" and modules:
        for t, name in zip(modules.values(), T.names_of(list(modules.values()))):
            _instance(t, name)
    elif lists:
        for k, v in lists.items():
            _list(value, k, v)
    elif isinstance(value, types.FunctionType) or isinstance(value, functools.partial):
        S.wrap_attribute(owner, key, Step(value, T.label(value)), (T.label(value),))
    else:
        _instance(value, T.label(value))


def _list(owner, key, children):
    names = T.names_of(children)
    steps = []
    for t, name in zip(children, names):
        if type(t).__name__ in T.CONTAINERS and _is_library(type(t)):
            steps.append(t)
        elif not _instance(t, name):
            steps.append(Step(t, name))
        else:
            steps.append(t)
    names = [name for s, name in zip(steps, names) if type(s) is Step]
    if names:
        if isinstance(children, list):
            S.wrap_list(children, steps, names)
        else:
            S.wrap_attribute(owner, key, tuple(steps), names)


_names = {}
# By class: the names of its objects.
_classes = {}


def _instance(t, name):
    """Names an object whose class has a call of its own in Python; false where it has none."""
    cls = type(t)
    if type(t) is Step:
        return True
    method = "forward" if hasattr(cls, "_call_impl") else "__call__"
    found = next((c for c in cls.__mro__ if method in vars(c)), None)
    if found is None or not isinstance(vars(found)[method], types.FunctionType):
        return False
    if cls not in _classes:
        _classes[cls] = set()
        original = getattr(cls, method)

        @functools.wraps(original)
        def call(self, *args, **kwargs):
            b = S.batch
            if b.plain or type(self) is not cls:
                return original(self, *args, **kwargs)
            known = _names.get(id(self))
            if known is None:
                return original(self, *args, **kwargs)
            if known in b.off and known in S.checked and args:
                return args[0]
            return S.run(known, original, (self,) + args, kwargs, args[0] if args else None, bool(args))

        S.wrap_attribute(cls, method, call, _classes[cls])
    _classes[cls].add(_names.setdefault(id(t), name))
    return True


def _functions(dataset):
    """Finds the methods and functions that its __getitem__ or __iter__ names; the answer is all that they name."""
    cls = type(dataset)
    todo, done, named = ["__getitem__", "__getitems__", "__iter__"], set(), set()
    if _is_library(cls):
        return named
    while todo and len(done) < MOST:
        name = todo.pop()
        if name in done:
            continue
        done.add(name)
        owner = next((c for c in cls.__mro__ if name in vars(c)), None)
        if owner is None or _is_library(owner):
            continue
        f = vars(owner)[name]
        inner = f.__func__ if isinstance(f, (staticmethod, classmethod)) else f
        inner = getattr(inner, "_augtop", inner)
        if not isinstance(inner, types.FunctionType):
            continue
        names = _names_in(inner.__code__)
        named.update(names)
        todo += [n for n in names if n not in done and not n.startswith("__")]
        _globals(inner.__globals__, names)
        if not name.startswith("__") and isinstance(f, types.FunctionType) and not hasattr(f, "_augtop"):
            if not inner.__code__.co_flags & 0x20:  # a generator's work isn't in its call
                S.wrap_attribute(owner, name, S.timed(name, f), (name,))
    return named


def _names_in(code):
    """The names that a function uses, with those of comprehensions and functions within it."""
    names = list(code.co_names)
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            names += _names_in(inner)
    return names


def _globals(space, names):
    for name in names:
        value = space.get(name)
        if isinstance(value, types.ModuleType):
            if value.__name__.startswith(MODULES):
                _module(value, names)
            elif value.__name__ == "PIL.Image":
                _pictures(value, names)
        elif isinstance(value, types.FunctionType) and not hasattr(value, "_augtop"):
            if value.__module__ == space.get("__name__") and not value.__code__.co_flags & 0x20:
                if S.wrap_item(space, name, S.timed(name, value), (name,)):
                    _globals(value.__globals__, _names_in(value.__code__))


def _module(module, names):
    for name in names:
        f = getattr(module, name, None)
        if callable(f) and not isinstance(f, type) and not hasattr(f, "_augtop") and name not in ("imread", "imdecode"):
            S.wrap_attribute(module, name, S.timed(name, f), (name,))


def _pictures(module, names):
    for name in PICTURES:
        f = getattr(module.Image, name, None)
        if name in names and f is not None and not hasattr(f, "_augtop"):
            S.wrap_attribute(module.Image, name, S.timed(name, f), (name,))
