"""Python's garbage collector, kept from looking at a whole tenant again and again.

A compiled tenant is millions of objects that stay; an analysis makes many more, without cycles.
Each full collection would look at all of them, while every worker waits.
"""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager
from threading import Lock

_ASIDE = Lock()
"""Held while things are set aside. The collector's own count does not tell: Python 3.12 keeps
immortal objects among those it leaves out."""


@contextmanager
def set_aside() -> Generator[None]:
    """Leave out of collections what exists by now.

    What was made meanwhile is collected at the end: afterwards it would lie among what stays, where
    the collector seldom looks, and every further run would add to it.
    """
    if not _ASIDE.acquire(blocking=False):
        yield  # the run that set things aside before us goes on deciding when that ends
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.collect()
        gc.unfreeze()
        _ASIDE.release()


@contextmanager
def no_collection() -> Generator[None]:
    """Collect nothing while many objects are made that all stay."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


__all__ = ["no_collection", "set_aside"]
