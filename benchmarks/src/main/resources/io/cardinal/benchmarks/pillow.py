# SPDX-FileCopyrightText: The Cardinal authors
# SPDX-License-Identifier: Apache-2.0
"""PillowBenchmark's other side: python -c THIS decode|tensor FILE.

Writes a line with the sum of all numbers of one result; then, for each line with a number of
repetitions, a line with the nanoseconds that they took.
"""

import io
import sys
import time

import numpy
from PIL import Image

MEAN = numpy.array([0.485, 0.456, 0.406], dtype=numpy.float32)
STD = numpy.array([0.229, 0.224, 0.225], dtype=numpy.float32)
SHORT_SIDE = 256
CROP = 224


def decode(file):
    return Image.open(io.BytesIO(file)).convert("RGB")


def tensor(file):
    picture = decode(file)
    width, height = picture.size
    if width < height:
        size = SHORT_SIDE, SHORT_SIDE * height // width
    else:
        size = SHORT_SIDE * width // height, SHORT_SIDE
    picture = picture.resize(size, Image.Resampling.BILINEAR)
    left = round((size[0] - CROP) / 2)
    top = round((size[1] - CROP) / 2)
    picture = picture.crop((left, top, left + CROP, top + CROP))
    return (numpy.asarray(picture, dtype=numpy.float32) / 255 - MEAN) / STD


work = {"decode": decode, "tensor": tensor}[sys.argv[1]]
with open(sys.argv[2], "rb") as opened:
    data = opened.read()
print(numpy.asarray(work(data)).astype(numpy.float64).sum(), flush=True)
for line in sys.stdin:
    begin = time.perf_counter_ns()
    for _ in range(int(line)):
        work(data)
    print(time.perf_counter_ns() - begin, flush=True)
