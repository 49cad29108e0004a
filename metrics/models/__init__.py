"""Models: functions from frames to frames, free of screen and engine; equal data, equal results."""

import os

# Read when SciPy is loaded: sharing sums as small as these among threads takes ten times as long.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
