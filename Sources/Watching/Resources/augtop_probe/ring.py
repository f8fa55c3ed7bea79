"""A process's ring in shared memory: a page of text lines, then slots of sixteen 64-bit words.

A slot is its number, kind and loader, twelve or thirteen words of its kind, and its number again, so that a
reader sees one that is half written. Times are nanoseconds of CLOCK_MONOTONIC. Writing is one C call under
the interpreter lock: no system call, no lock, no waiting. A reader that is late misses slots, and counts
them by their numbers.
"""
import itertools
import json
import mmap
import os
import struct
import sys
import time

PAGE, SLOTS, WORDS = 65536, 4096, 16
MADE, TAKEN, STAGES, EPOCH, APPLIED, PIPED, PARTS = 1, 2, 3, 4, 5, 6, 8
# More processes than this in one job aren't watched, so that memory is bounded (600 kB each).
MOST_RINGS = 256
mono = time.monotonic_ns

_slot = struct.Struct("<%dq" % WORDS)
_zeros = [(0,) * (WORDS - 3 - k) for k in range(WORDS - 2)]


class Ring:
    """Written by any thread of one process."""

    def __init__(self, folder):
        rings = [n for n in os.listdir(folder) if n.endswith(".ring")]
        if len(rings) >= MOST_RINGS:
            raise OSError("too many rings")
        name = os.path.join(folder, "%d.%d.ring" % (os.getpid(), mono()))
        size = PAGE + SLOTS * WORDS * 8
        fd = os.open(name + ".new", os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            # A file system that is full is an error here, and no SIGBUS later.
            os.posix_fallocate(fd, 0, size)
            self.map = mmap.mmap(fd, size)
        except Exception:
            os.unlink(name + ".new")
            raise
        finally:
            os.close(fd)
        self.next = itertools.count(1).__next__
        self.used = 16
        self.map[0:16] = struct.pack("<8sII", b"augtop\0\2", SLOTS, WORDS)
        self.tell(
            {
                "e": "hello",
                "ppid": os.getppid(),
                "t": mono(),
                "real": time.time_ns(),
                "python": "%d.%d.%d" % sys.version_info[:3],
                "program": (sys.argv[0] if getattr(sys, "argv", None) else "")[-200:],
                "rank": os.environ.get("RANK", "")[:12],
                "local_rank": os.environ.get("LOCAL_RANK", "")[:12],
                "world": os.environ.get("WORLD_SIZE", "")[:12],
                "host": os.uname().nodename[:64],
            }
        )
        # Under its own name it is whole.
        os.rename(name + ".new", name)

    def tell(self, line):
        """Writes a rare event as a line of JSON; one that doesn't fit any more is left out."""
        text = json.dumps(line, separators=(",", ":")).encode() + b"\n"
        end = self.used + len(text)
        if end < PAGE:
            self.map[self.used : end] = text
            self.used = end

    def put(self, kind, loader, *words):
        number = self.next()
        _slot.pack_into(
            self.map,
            PAGE + (number % SLOTS) * WORDS * 8,
            number,
            kind | loader << 8,
            *words,
            *_zeros[len(words)],
            number
        )


_ring = None
_failed = False


def ring():
    """This process's ring; None where it can't have one."""
    global _ring, _failed
    if _ring is None and not _failed:
        try:
            _ring = Ring(os.environ["AUGTOP_WATCH"])
        except Exception:
            _failed = True
    return _ring


def put(kind, loader, *words):
    """Writes a record; never raises."""
    try:
        r = _ring or ring()
        if r is not None:
            r.put(kind, loader, *words)
    except Exception:
        pass


def tell(line):
    """Writes a line; never raises."""
    try:
        r = _ring or ring()
        if r is not None:
            r.tell(line)
    except Exception:
        pass


def mark_python():
    """Leaves a file that says: a Python of the job has started, and has the probe in it."""
    try:
        path = os.path.join(os.environ["AUGTOP_WATCH"], "python")
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(fd, sys.version.split()[0].encode())
        os.close(fd)
    except OSError:
        pass


def _forget():
    global _ring, _failed
    _ring, _failed = None, False


# A forked child has its own ring.
os.register_at_fork(after_in_child=_forget)
