"""What augtop asks of the job: a page that it writes and that workers look at once a batch.

Words 0 and 1: a generation, and a lease as a moment of CLOCK_MONOTONIC in ns. From byte 16 on a line of JSON:
{"off": [names of stages]}. Past its lease nothing of it holds: where augtop dies, every stage is on again.
"""
import json
import mmap
import os
import struct

from . import ring as R

_words = struct.Struct("<qq")
SIZE = 16384


class Control:
    def __init__(self):
        self.generation, self.live, self.off = 0, False, frozenset()
        self.view = None
        try:
            path = os.path.join(os.environ["AUGTOP_WATCH"], "control")
            fd = os.open(path, os.O_RDONLY)
            try:
                if os.fstat(fd).st_size >= SIZE:
                    self.view = mmap.mmap(fd, SIZE, prot=mmap.PROT_READ)
            finally:
                os.close(fd)
        except Exception:
            pass

    def look(self, loader, resume, batch):
        """The stages to bypass in a batch that begins now."""
        if self.view is None:
            return self.off
        generation, lease = _words.unpack_from(self.view)
        live = lease > R.mono()
        if generation == self.generation and live == self.live:
            return self.off
        off = frozenset()
        if live:
            try:
                raw = self.view[16:SIZE]
                line = json.loads(raw[: raw.index(b"\n")].decode())
                if line.get("generation") != generation:
                    return self.off  # half written: the next batch sees it whole
                off = frozenset(str(name) for name in line.get("off", ()))
            except Exception:
                return self.off
        self.generation, self.live, self.off = generation, live, off
        R.put(R.APPLIED, loader, generation, batch, resume, R.mono(), len(off), int(live))
        return off


_control = None


def control():
    global _control
    if _control is None:
        _control = Control()
    return _control


def _forget():
    global _control
    _control = None


os.register_at_fork(after_in_child=_forget)
