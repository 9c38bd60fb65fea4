"""Compiled loops where nothing can be kept on disk: a service that may write its data alone."""

from __future__ import annotations

import os
import subprocess
import sys


def test_loops_compile_where_nothing_can_be_kept() -> None:
    code = (
        "import numpy as np\n"
        "from ostiary.analysis.impact_kernels import add_digit\n"
        "keys = np.zeros(3, np.int64)\n"
        "add_digit(keys, np.array([2, 1, 0], np.int32), np.array([5, 6, 7], np.int32), 4)\n"
        "print(*keys >> 4)"
    )
    # The only place that numba may take is none: a folder below a device.
    nowhere = {
        "NUMBA_CACHE_DIR": "/dev/null/nowhere",
        "NUMBA_CACHE_LOCATOR_CLASSES": "UserProvidedCacheLocator",
    }
    ran = subprocess.run(  # noqa: S603  # our own interpreter and a fixed script
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **nowhere},
    )
    assert ran.stdout.split() == ["7", "6", "5"]
