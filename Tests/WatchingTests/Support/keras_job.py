"""Keras 3 fits on a PyDataset, whose own methods make its pictures, in a pool of two threads, or processes where asked for."""
import os
import sys

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras
import numpy as np


class Photos(keras.utils.PyDataset):
    def __len__(self):
        return 20

    def blur(self, x):
        return (x + np.roll(x, 1, 1)) / 2

    def __getitem__(self, i):
        return np.stack([self.blur(np.full((8, 8, 3), i / 20, "float32")) for _ in range(4)]), np.arange(4)


model = keras.Sequential([keras.layers.Input((8, 8, 3)), keras.layers.Flatten(), keras.layers.Dense(10)])
model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(Photos(workers=2, use_multiprocessing="processes" in sys.argv), epochs=2, verbose=0)
