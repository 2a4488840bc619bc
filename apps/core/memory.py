"""How a process that runs for long keeps its memory."""

import ctypes
import gc
import sys

# So many more objects than before are made between two looks for garbage among the newest; Python's own 700 are for
# programs that hold a few thousand. A hundred times as many are between two looks through all of them.
NEWEST = 10_000


def settle() -> None:
    """What has been loaded stays: it is given to no more looks for garbage, and what loading needed goes back.

    A look through all objects of a web process stops every stream of it, for a quarter of a second on a slow machine.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEWEST, *gc.get_threshold()[1:])
    give_back()


def give_back() -> None:
    """Returns what loading a model needed and no longer needs: 40 MB of a web process.

    glibc alone keeps it (elsewhere nothing happens). Setting its threshold instead would slow embedding by a third.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim:
            trim(0)
