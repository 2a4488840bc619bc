"""Values of passages that have several each: of their sentences, of their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ids: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True)
class Groups:
    """Values along the last axis of `values`, those of each passage together: `sizes` says how many each has."""

    values: NDArray[Any]
    sizes: NDArray[np.int64]

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Where the values of each passage begin."""
        return np.cumsum(self.sizes) - self.sizes

    def only(self, kept: Mask) -> Groups:
        """Those of the passages for which it is true."""
        sizes = self.sizes[kept]
        # Reckoned from where the kept ones begin: to look through all values for them takes twice as long.
        moved = self.starts[kept] - (np.cumsum(sizes) - sizes)
        return Groups(self.values.take(np.arange(sizes.sum()) + np.repeat(moved, sizes), axis=-1), sizes)


def joined(parts: Sequence[Groups]) -> Groups:
    """The passages of all parts, one part after the other."""
    return Groups(
        np.concatenate([part.values for part in parts], axis=-1), np.concatenate([part.sizes for part in parts])
    )
