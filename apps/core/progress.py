"""Shows on a terminal how far long work is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

# Hears which stage it is, and how much of it is done, out of how much.
Tell = Callable[[str, int, int], None]


@contextmanager
def stages(name: str = "") -> Iterator[Tell]:
    """A bar, begun anew with each stage, with `name` before the stage's; none where nobody watches."""
    with tqdm(desc=name or None, disable=None, leave=False, unit="") as bar:
        stage = ""

        def tell(now: str, done: int, total: int) -> None:
            nonlocal stage
            if now != stage:
                stage = now
                bar.reset(total)
                bar.set_description_str(f"{name}: {now}" if name else now)
            bar.update(done - bar.n)

        yield tell
