"""The event loop that the site is served on: uvloop's. Imported for that alone, before Daphne makes a loop of its own.

Streams of answers are nearly all that a busy web process does, and take a sixth less of a core on it.
"""

from __future__ import annotations

import uvloop
from twisted.internet import asyncioreactor

asyncioreactor.install(uvloop.new_event_loop())  # type: ignore[no-untyped-call]
