"""A process's ring in shared memory: a page of text lines, then slots of sixteen 64-bit words.

A slot is its number, kind and loader, thirteen words of its kind, and its number again, so that a reader sees
one that is half written. Times are nanoseconds of CLOCK_MONOTONIC, as augtop has it. Writing is one C call under
the interpreter lock: no system call, no lock, no waiting. A reader that is late misses slots, and counts them by
their numbers.
"""
import fcntl
import itertools
import json
import mmap
import os
import struct
import sys
import time

PAGE, SLOTS, WORDS = 65536, 4096, 16
MADE, TAKEN, STAGES, EPOCH, APPLIED, PIPED, PARTS, WORKERS, NODE = 1, 2, 3, 4, 5, 6, 8, 9, 10
# More living processes than this in one job aren't watched, so that memory is bounded (600 kB each).
MOST_RINGS = 256
# Beyond so many, rings of processes that have ended make room.
MANY_RINGS = 32
# As much of the file system stays free for the job, which passes its batches in shared memory.
LEFT = 8 << 20


def _ahead():
    """Nanoseconds by which augtop's CLOCK_MONOTONIC is ahead of this process's, which a container may have set."""
    try:
        with open("/proc/self/timens_offsets") as own, open(os.path.join(os.environ["AUGTOP_WATCH"], "clock")) as theirs:
            seconds, rest = own.readline().split()[1:]
            return int(theirs.readline()) - int(seconds) * 1_000_000_000 - int(rest)
    except Exception:  # a kernel without such clocks
        return 0


def _clock():
    ahead, clock = _ahead(), time.monotonic_ns
    return clock if ahead == 0 else lambda: clock() + ahead


mono = _clock()

_pack = struct.Struct("<%dq" % WORDS).pack_into


class Ring:
    """Written by any thread of one process."""

    def __init__(self, folder):
        _make_room(folder)
        name = os.path.join(folder, "%d.%d.ring" % (os.getpid(), mono()))
        size = PAGE + SLOTS * WORDS * 8
        fd = os.open(name + ".new", os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            # A file system that is full is an error here, and no SIGBUS later.
            os.posix_fallocate(fd, 0, size)
            try:
                # Held by the map as long as the process lives, whose number means nothing in another container.
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                pass
            self.map = mmap.mmap(fd, size)
        except Exception:
            os.unlink(name + ".new")
            raise
        finally:
            os.close(fd)
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
                "space": _space(),
            }
        )
        # Under its own name it is whole.
        os.rename(name + ".new", name)

    def tell(self, line, rare=True):
        """Writes an event as a line of JSON; one that doesn't fit any more is left out, and one that isn't rare
        leaves half of the page to the others."""
        text = json.dumps(line, separators=(",", ":")).encode() + b"\n"
        end = self.used + len(text)
        if end < (PAGE if rare else PAGE // 2):
            self.map[self.used : end] = text
            self.used = end


def _space():
    """Where this process's number means it: the machine's start, and the namespace of numbers, as a container has one."""
    try:
        with open("/proc/sys/kernel/random/boot_id") as boot:
            return "%s %d" % (boot.readline().strip(), os.stat("/proc/self/ns/pid").st_ino)
    except OSError:
        return ""


def _make_room(folder):
    """Raises OSError where the folder has no room for another ring; removes those of processes that have ended."""
    rings = [n for n in os.listdir(folder) if n.endswith(".ring")]
    if len(rings) > MANY_RINGS:
        rings = [n for n in rings if not _is_left(os.path.join(folder, n))]
    if len(rings) >= MOST_RINGS:
        raise OSError("too many rings")
    room = os.statvfs(folder)
    if room.f_bavail * room.f_frsize < LEFT:
        raise OSError("too little room")


def _is_left(path):
    """Whether nobody writes a ring any more; it is removed then."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
            os.unlink(path)
        finally:
            os.close(fd)
        return True
    except OSError:
        return False


# This process's ring, its map and the counter of its slots; None before the first record.
_ring = _map = _next = None
_failed = False


def ring():
    """This process's ring; None where it can't have one."""
    global _ring, _map, _next, _failed
    if _ring is None and not _failed:
        try:
            made = Ring(os.environ["AUGTOP_WATCH"])
            _map, _next = made.map, itertools.count(1).__next__
            _ring = made
        except Exception:
            _failed = True
    return _ring


def put(kind, loader, a=0, b=0, c=0, d=0, e=0, f=0, g=0, h=0, i=0, j=0, k=0, l=0, m=0):
    """Writes a record; never raises. Its words are named one by one, since a list of them takes twice the time."""
    try:
        n = _next()
        _pack(_map, PAGE + n % SLOTS * 128, n, kind | loader << 8, a, b, c, d, e, f, g, h, i, j, k, l, m, n)
    except Exception:
        if _ring is None and not _failed and ring() is not None:
            put(kind, loader, a, b, c, d, e, f, g, h, i, j, k, l, m)


def tell(line, rare=True):
    """Writes a line; never raises."""
    try:
        r = _ring or ring()
        if r is not None:
            r.tell(line, rare)
    except Exception:
        pass


def tell_workers(loader, epoch, pids, since, until):
    """Writes which processes work for which loader: as records, and for one who attaches late as a line, too, while
    the page has room."""
    for i in range(0, len(pids), 10):
        put(WORKERS, loader, epoch, 0 if i else since, 0 if i else until, *pids[i : i + 10])
    tell({"e": "workers", "loader": loader, "epoch": epoch, "pids": pids[:256], "from": since, "to": until}, rare=False)


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
    global _ring, _map, _next, _failed
    _ring = _map = _next = None
    _failed = False


# A forked child has its own ring.
os.register_at_fork(after_in_child=_forget)
