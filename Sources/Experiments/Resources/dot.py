"""How NumPy rounds the products of 3x3 matrices. augtop starts it as `python -c TEXT` and reads:

    missing numpy
    numpy VERSION
    product A*9 B*9 C*9     27 hexadecimal numbers, row by row: C is what A.dot(B) gives
    done
"""
import sys

try:
    import numpy
except ImportError:
    print("missing numpy", flush=True)
    sys.exit()
print("numpy", numpy.__version__, flush=True)
random = numpy.random.RandomState(1)
for _ in range(16):
    a, b = random.uniform(-2, 2, (2, 3, 3))
    a[2] = b[2] = 0, 0, 1
    print("product", *[float(x).hex() for m in (a, b, a.dot(b)) for x in m.ravel()], flush=True)
print("done", flush=True)
