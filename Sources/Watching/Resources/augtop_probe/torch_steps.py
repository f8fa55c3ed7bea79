"""Every eighth step in parts, by PyTorch's own global hooks: to the model's first call, forward, backward, optimizer.

All of it is the host's time: on a GPU the work itself goes on while the host is already further.
"""
import functools
from time import thread_time_ns as thread_time

from . import ring as R
from .hooks import when

mono = R.mono
# Optimizer steps so far.
count = [0]
# Every so many steps one is measured, besides the first two.
EVERY = 8
# Whether torch.compile was called.
compiled = [False]


class _Step:
    """The step that is measured, where one is `on`. seen: steps so far. cpu: the thread's CPU time at its start."""

    loader = number = epoch = taken = forward = backward = backward_end = optimizer = optimizer_end = cpu = 0
    on = False
    seen = 0
    hook = None


step = _Step()
_module = None


def taken(loader, number, epoch, at):
    """The loop has taken a batch, and its step is measured."""
    s = step
    s.loader, s.number, s.epoch, s.taken = loader, number, epoch, at
    s.forward = s.backward = s.backward_end = s.optimizer = s.optimizer_end = 0
    s.on = True
    if _module is not None:
        _watch_first_call()
    s.cpu = thread_time()


def wanted(at):
    """The loop asks for the next batch: the step is over."""
    s = step
    s.on = False
    if s.hook is not None:
        # No model was called.
        s.hook.remove()
        s.hook = None
    R.put(
        R.PARTS, s.loader, s.number, s.epoch, s.taken, s.forward, s.backward, s.backward_end,
        s.optimizer, s.optimizer_end, at, thread_time() - s.cpu,
    )


def _watch_first_call():
    """One call of a hook, on the model's first module; then it is gone again."""
    # A compiled model is compiled anew where hooks have changed; its forward pass isn't measured apart.
    if compiled[0]:
        return
    try:

        def first(module, inputs):
            try:
                step.forward = step.forward or mono()
                handle.remove()
                step.hook = None
            except Exception:
                pass

        handle = step.hook = _module.register_module_forward_pre_hook(first)
    except Exception:
        pass


@when("torch.nn.modules.module")
def modules(m):
    global _module
    _module = m


@when("torch")
def compiling(m):
    original = m.compile

    @functools.wraps(original)
    def compile(*args, **kwargs):
        compiled[0] = True
        return original(*args, **kwargs)

    m.compile = compile


@when("torch.optim.optimizer")
def optimizers(m):
    def before(*_):
        if step.on and not step.optimizer:
            step.optimizer = mono()

    def after(*_):
        count[0] += 1
        if step.on:
            step.optimizer_end = mono()

    m.register_optimizer_step_pre_hook(before)
    m.register_optimizer_step_post_hook(after)


@when("torch.autograd")
def autograd(m):
    original = m.backward

    @functools.wraps(original)
    def backward(*args, **kwargs):
        s = step
        if not s.on:
            return original(*args, **kwargs)
        s.backward = s.backward or mono()
        try:
            return original(*args, **kwargs)
        finally:
            s.backward_end = mono()

    m.backward = backward
