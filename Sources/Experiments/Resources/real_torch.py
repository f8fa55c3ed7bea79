# PyTorch's DataLoader over a map-style dataset, with workers in processes of their own.
torch, data = need([("torch", "torch"), ("torch.utils.data", "torch")])
import platform
import warnings

# A row may have more workers than there are cores; augtop says so itself.
warnings.simplefilter("ignore")
torch.set_num_threads(1)


class Pictures(data.Dataset):
    """Pictures whose making is a set time, or real work."""

    def __init__(self, row, length):
        self.row, self.length = row, length
        height, width, channels = row.shape
        self.picture = torch.zeros(channels, height, width)
        self.stored = torch.randint(0, 256, (channels, height, width), dtype=torch.uint8)

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        if self.row.work != "pictures":
            self.row.spend()
            return self.picture
        return augmented(self.stored)


def augmented(stored):
    """A random affine warp, a mirror and standardization, as a trainer's transform does."""
    picture = stored.float().div_(255)
    theta = torch.eye(2, 3).unsqueeze_(0)
    theta[0, :, 2] = torch.empty(2).uniform_(-0.2, 0.2)
    grid = torch.nn.functional.affine_grid(theta, (1,) + tuple(picture.shape), align_corners=False)
    picture = torch.nn.functional.grid_sample(
        picture.unsqueeze(0), grid, padding_mode="border", align_corners=False).squeeze_(0)
    if torch.rand(()) < 0.5:
        picture = picture.flip(2)
    return picture.sub_(0.5).div_(0.25)


def run(row):
    pictures = Pictures(row, row.pictures)
    # What a worker does with a batch's indices, its collation apart: into shared memory that takes longer.
    def make():
        made = [pictures[i] for i in range(row.pictures)]
        return made if row.workers else data.default_collate(made)
    measure_alone(row, make)
    loader = data.DataLoader(
        Pictures(row, row.pictures * (row.epoch or 10**7)), batch_size=row.pictures,
        num_workers=row.workers, persistent_workers=row.keep and row.workers > 0,
        # Without workers PyTorch takes no such number.
        prefetch_factor=row.ahead if row.workers else None)
    if row.epoch:
        return train_epochs(row, loader)
    batches = iter(loader)
    try:
        train(row, batches)
    finally:
        # Ends the workers.
        del batches


say("ready", "torch=" + torch.__version__, "python=" + platform.python_version())
serve(run)
