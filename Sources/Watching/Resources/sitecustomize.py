"""Starts augtop's probe in a Python process. Python imports this file by itself when it starts.

A sitecustomize of the user's own, which this one hides on the path, runs first and as it would have.
"""
import os
import sys

_here = os.path.dirname(os.path.abspath(__file__))


def _run_users_own():
    """Runs the sitecustomize that Python would have found without this one."""
    from importlib import machinery, util

    path = [p for p in sys.path if os.path.abspath(p or os.curdir) != _here]
    spec = machinery.PathFinder.find_spec("sitecustomize", path)
    if spec is None or spec.loader is None:
        return
    module = util.module_from_spec(spec)
    ours = sys.modules.get("sitecustomize")
    sys.modules["sitecustomize"] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        if ours is not None:
            sys.modules["sitecustomize"] = ours
        raise


def _start_probe():
    if not os.environ.get("AUGTOP_WATCH"):
        return
    if _here not in sys.path:
        sys.path.append(_here)
    import augtop_probe

    augtop_probe.begin()


try:
    # An error of theirs goes to Python's site module, which reports it as ever.
    _run_users_own()
finally:
    try:
        _start_probe()
    except Exception:  # a job without a probe is better than one that doesn't start
        pass
