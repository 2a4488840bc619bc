"""Gives memory back to the system."""

import ctypes
import sys


def give_back() -> None:
    """Returns what loading a model needed and no longer needs: 40 MB of a web process.

    glibc alone keeps it (elsewhere nothing happens). Setting its threshold instead would slow embedding by a third.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim:
            trim(0)
