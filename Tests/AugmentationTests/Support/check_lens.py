"""Prints where OpenCV's lens models take every pixel from, as JSON: [[row, column], ...].

    check_lens.py HEIGHT WIDTH K1 K2 FISHEYE

With FISHEYE 0: the map that cv2.undistort samples through. Else, in degrees: the inverse of
cv2.fisheye's distortion without coefficients, which makes a fisheye picture of a plain one.
"""

import json
import math
import sys

import cv2
import numpy as np

height, width = int(sys.argv[1]), int(sys.argv[2])
k1, k2, fisheye = (float(word) for word in sys.argv[3:])
unit = max(height, width) / 2
focal = unit / math.radians(fisheye) if fisheye else unit
camera = np.array([[focal, 0, (width - 1) / 2], [0, focal, (height - 1) / 2], [0, 0, 1]])
if fisheye:
    rows, columns = np.mgrid[0:height, 0:width]
    points = np.stack([columns, rows], -1).reshape(-1, 1, 2).astype(np.float64)
    found = cv2.fisheye.undistortPoints(points, camera, np.zeros(4), P=camera).reshape(-1, 2)
    found = found[:, ::-1]
else:
    x, y = cv2.initUndistortRectifyMap(
        camera, np.array([k1, k2, 0, 0]), None, camera, (width, height), cv2.CV_32FC1)
    found = np.stack([y.ravel(), x.ravel()], -1)
print(json.dumps(found.astype(float).tolist()))
