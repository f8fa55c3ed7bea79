"""augtop's probe: writes what loaders, workers and steps of a job do into shared memory.

It is pure Python and needs the standard library alone (3.8 or later). It never raises into the job, prints,
waits, keeps a process alive or draws a random number; what fails in it is left out. Where times are taken,
no call lets go of the interpreter lock: in a process with busy threads that could cost a whole switch
interval (5 ms).
"""
import os
import sys


def begin():
    """Installs the hooks; called in every Python process of a watched job."""
    from . import hooks, ring

    ring.mark_python()
    hooks.install()
