"""Makes batches with the probe and no framework, with one transform of four bypassed, and prints what is wrapped in each.

A line a batch: whether it is measured, what Flip's and Blur's calls are, and the list's third member; then the value.
"""
from augtop_probe import control, datasets
from augtop_probe import stages as S


class Flip:
    def __call__(self, x):
        return x + 1


class Blur:
    def __call__(self, x):
        return x + 10


def noise(x):
    return x + 100


class Photos:
    def __init__(self):
        self.transforms = [Flip(), Blur(), noise]

    def __getitem__(self, index):
        x = index
        for t in self.transforms:
            x = t(x)
        return x


class Off:
    def __init__(self, names):
        self.names = frozenset(names)

    def look(self, *_):
        return self.names


photos = Photos()
datasets.look(photos)
plain = {cls: cls.__call__ for cls in (Flip, Blur)}
for batch, names in enumerate([(), ("Blur",), ("Blur",), ("noise",), ("noise",), ()]):
    control._control = Off(names)
    # Far apart, or at once: those of odd numbers aren't measured.
    S.batch.due = 0 if batch % 2 == 0 else 1 << 62
    measured = S.begin(1, 1, batch, 1)
    wrapped = [cls.__name__ for cls in (Flip, Blur) if cls.__call__ is not plain[cls]]
    wrapped += ["noise"] if photos.transforms[2] is not noise else []
    value = photos[0]
    S.end()
    print("measured" if measured else "not", *wrapped, value)
    assert all(cls.__call__ is plain[cls] for cls in plain) and photos.transforms[2] is noise
