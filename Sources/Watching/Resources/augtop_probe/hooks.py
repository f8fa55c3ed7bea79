"""Changes modules right after the job has imported them; those that it doesn't import stay out."""
import importlib.abc
import sys

WANTED = {}


def when(*names):
    """Registers a function that gets the module once it has been imported."""

    def register(change):
        for name in names:
            WANTED.setdefault(name, []).append(change)
        return change

    return register


class _Loader(importlib.abc.Loader):
    """A module's own loader, and our change after it."""

    def __init__(self, inner, name):
        self.inner, self.name = inner, name

    def __getattr__(self, key):
        return getattr(self.inner, key)

    def create_module(self, spec):
        return self.inner.create_module(spec)

    def exec_module(self, module):
        try:
            module.__loader__ = module.__spec__.loader = self.inner
        except Exception:
            pass
        self.inner.exec_module(module)
        run(self.name, module)


class _Finder(importlib.abc.MetaPathFinder):
    """Asks the other finders (zip files, editable installs, hooks of others) and wraps the loader."""

    def __init__(self):
        self.busy = set()

    def find_spec(self, name, path=None, target=None):
        if name not in WANTED or name in self.busy:
            return None
        self.busy.add(name)
        try:
            for finder in list(sys.meta_path):
                if finder is self or not hasattr(finder, "find_spec"):
                    continue
                spec = finder.find_spec(name, path, target)
                if spec is None:
                    continue
                if spec.loader is not None and hasattr(spec.loader, "exec_module"):
                    spec.loader = _Loader(spec.loader, name)
                return spec
            return None
        finally:
            self.busy.discard(name)


def run(name, module):
    """Applies the changes of a module; one that fails is named, and the job goes on."""
    for change in WANTED.pop(name, []):
        try:
            change(module)
        except Exception as error:
            from . import ring

            ring.tell({"e": "unhooked", "module": name, "why": repr(error)[:200]})


def install():
    from . import datasets, keras_datasets, keras_hooks, tensorflow_hooks, torch_hooks, torch_steps, transforms  # noqa: F401

    for name in [n for n in WANTED if n in sys.modules]:
        run(name, sys.modules[name])
    sys.meta_path.insert(0, _Finder())
