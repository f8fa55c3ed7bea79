"""Transforms by their names: torchvision's and albumentations' Compose, Pillow and OpenCV's reading."""
import functools
import weakref

from . import ring as R
from . import stages as S
from .hooks import when

mono = R.mono
_plans = {}


def label(t):
    """A transform's name: its class, or the function that it wraps."""
    kind = type(t).__name__
    inner = getattr(t, "lambd", None) or getattr(t, "func", None)
    if kind in ("function", "method", "builtin_function_or_method", "Lambda", "partial"):
        name = getattr(inner or t, "__name__", kind)
        return "lambda" if name == "<lambda>" else name
    return kind


def names_of(children):
    """A name for each, numbered where it comes again; commas separate names in augtop."""
    seen, names = {}, []
    for t in children:
        name = label(t).replace(",", " ")
        seen[name] = n = seen.get(name, 0) + 1
        names.append(name if n == 1 else "%s %d" % (name, n))
    return names


def plan(compose, children):
    p = _plans.get(id(compose))
    if p is None or p[0]() is not compose or len(p[1]) != len(children):
        p = _plans[id(compose)] = (weakref.ref(compose), names_of(children))
    return p[1]


CONTAINERS = ("Compose", "Sequential")


def chain(compose, children, value, call):
    """What a Compose's loop does, with each member as a stage. A container in it is looked into."""
    for t, name in zip(list(children), plan(compose, children)):
        if type(t).__name__ in CONTAINERS:
            value = call(t, value)
        else:
            value = S.run(name, call, (t, value), {}, value)
    return value


def _call(t, value):
    return t(value)


def _call_many(t, value):
    return t(*value)


@when("torchvision.transforms.transforms")
def compose1(m):
    original = m.Compose.__call__

    @functools.wraps(original)
    def __call__(self, img):
        if S.batch.plain:
            return original(self, img)
        return chain(self, self.transforms, img, _call)

    m.Compose.__call__ = __call__


@when("torchvision.transforms.v2._container")
def compose2(m):
    original = m.Compose.forward

    @functools.wraps(original)
    def forward(self, *inputs):
        if S.batch.plain:
            return original(self, *inputs)
        if len(inputs) == 1:
            return chain(self, self.transforms, inputs[0], _call)
        return chain(self, self.transforms, inputs, _call_many)

    m.Compose.forward = forward


# albumentations: members are called by Compose's own loop, so their classes' __call__ is wrapped; their names
# are those of their places in the Compose that runs.
_members = {}


def _member(original):
    @functools.wraps(original)
    def __call__(self, *args, **data):
        if S.batch.plain:
            return original(self, *args, **data)
        name = _members.get(id(self))
        if name is None:
            return original(self, *args, **data)
        return S.run(name, original, (self,) + args, data, data)

    return __call__


@when("albumentations.core.transforms_interface")
def albumentations_transforms(m):
    m.BasicTransform.__call__ = _member(m.BasicTransform.__call__)


@when("albumentations.core.composition")
def albumentations_compose(m):
    for cls in list(vars(m).values()):
        if isinstance(cls, type) and cls.__module__ == m.__name__ and "__call__" in vars(cls):
            if cls.__name__ in ("Compose", "Sequential"):
                cls.__call__ = _naming(cls.__call__)
            else:
                cls.__call__ = _member(cls.__call__)


def _naming(original):
    @functools.wraps(original)
    def __call__(self, *args, **data):
        if not S.batch.plain:
            for t, name in zip(self.transforms, plan(self, self.transforms)):
                if type(t).__name__ not in CONTAINERS:
                    _members[id(t)] = name
        return original(self, *args, **data)

    return __call__


@when("PIL.Image")
def pillow_image(m):
    m.open = S.timed("decode", m.open)


@when("PIL.ImageFile")
def pillow(m):
    m.ImageFile.load = S.timed("decode", m.ImageFile.load)


@when("cv2")
def opencv(m):
    for name in ("imread", "imdecode"):
        setattr(m, name, S.timed("decode", getattr(m, name)))


@when("torchvision.io.image")
def torchvision_io(m):
    for name in ("read_image", "decode_image", "decode_jpeg", "decode_png"):
        if hasattr(m, name):
            setattr(m, name, S.timed("decode", getattr(m, name)))
