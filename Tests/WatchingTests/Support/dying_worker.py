"""A job whose dataset makes batches itself; its worker dies after four of them."""
import os
import signal
import time

import torch
from torch.utils.data import DataLoader, IterableDataset


class Batches(IterableDataset):
    def __iter__(self):
        for _ in range(4):
            yield {"image": torch.zeros(4, 3, 8, 8), "label": torch.zeros(4)}
        # The loop has taken what was sent.
        time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGKILL)


try:
    for batch in DataLoader(Batches(), batch_size=None, num_workers=1):
        pass
except RuntimeError:
    pass
