"""A DataLoader over an albumentations Compose, with two workers."""
import albumentations as A
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset


class Photos(Dataset):
    def __init__(self):
        self.photos = np.random.default_rng(0).integers(0, 255, (16, 64, 64, 3), dtype=np.uint8)
        self.augment = A.Compose([A.HorizontalFlip(p=1), A.Affine(rotate=(-20, 20), p=1), A.Normalize()])

    def __len__(self):
        return 160

    def __getitem__(self, i):
        return torch.from_numpy(self.augment(image=self.photos[i % 16])["image"]), i % 10


if __name__ == "__main__":
    torch.set_num_threads(1)
    net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64 * 64 * 3, 10))
    optimizer = torch.optim.SGD(net.parameters(), 0.01)
    for x, y in DataLoader(Photos(), batch_size=8, num_workers=2):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(net(x), y).backward()
        optimizer.step()
