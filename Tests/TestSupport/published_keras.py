"""Loads the published Keras 1.1.0's image.py alone, over a backend of two constants; names that NumPy and
SciPy have dropped since 2016 are put back."""
import sys, types

import scipy.ndimage


def image_module(folder):
    """The module keras.preprocessing.image of an unpacked Keras-1.1.0."""
    if not hasattr(scipy.ndimage, "interpolation"):
        scipy.ndimage.interpolation = scipy.ndimage
    six = types.ModuleType("six.moves")
    six.range = range
    sys.modules["six"], sys.modules["six.moves"] = types.ModuleType("six"), six
    backend = types.ModuleType("keras.backend")
    backend.image_dim_ordering = lambda: "tf"
    package = types.ModuleType("keras")
    package.backend = backend
    image = types.ModuleType("keras.preprocessing.image")
    image.__package__ = "keras.preprocessing"
    sys.modules.update({"keras": package, "keras.backend": backend,
                        "keras.preprocessing": types.ModuleType("keras.preprocessing"),
                        "keras.preprocessing.image": image})
    with open(f"{folder}/keras/preprocessing/image.py") as source:
        exec(compile(source.read(), "image.py", "exec"), image.__dict__)
    return image
