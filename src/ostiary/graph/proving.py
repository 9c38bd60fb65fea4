"""Answers that take long to work out: one at a time, each once for a state of the tenant.

A proof over 100,000 people takes seconds of a processor, which sign-ins want too. So one is worked
out at a time, in a thread of its own; whoever asks the same thing meanwhile waits for the same
answer, and what was answered is kept until the tenant changes. Who has waited long enough is told
to come back (503 with `Retry-After`): the work goes on, and its answer is there then. How much work
one question can be, the prover bounds itself (`analysis.boxes`).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Generator, Hashable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, TypeVar, cast
from weakref import WeakKeyDictionary

from ostiary.directory.store import Store
from ostiary.http.calls import Call
from ostiary.http.errors import ApiError

PATIENCE: Final = 25.0
"""Seconds after which a caller is told to come back."""
MOST_WAITING: Final = 8
"""Callers that may wait for answers: each holds one of the threads in which requests run."""
MOST_UNDONE: Final = 24
"""Questions that may be worked on, or wait for it."""
MOST_KEPT: Final = 64
_Found = TypeVar("_Found")
_Version = tuple[int, str]


class Proving:
    """What was worked out for one tenant, and what is being worked out."""

    def __init__(self, patience: float = PATIENCE) -> None:
        """Know nothing yet."""
        self._patience = patience
        self._lock = threading.RLock()
        self._version: _Version = (-1, "")
        self._known: OrderedDict[Hashable, Future[Any]] = OrderedDict()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="proving")
        self._undone = self._callers = 0

    def answer(
        self,
        version: _Version,
        question: Hashable,
        work: Callable[[], _Found],
        *,
        wait: bool = True,
    ) -> _Found:
        """Give what `work` gives, from memory where it was asked of this version before.

        Without `wait` the work is begun, and only what is there already is given.
        Raises ApiError (503) where it takes too long, or too much is waiting, and whatever `work`
        raises. `work` asks for no other answer.
        """
        future = self._future(version, question, work)
        if future.done() and not future.cancelled():
            return cast("_Found", future.result())
        if not wait:
            raise _come_back("this is being worked out")
        with self._waiting():
            try:
                return cast("_Found", future.result(self._patience))
            except TooLate:
                raise _come_back("this is still being worked out") from None
            except CancelledError:
                raise _come_back("the server is being stopped") from None

    def close(self) -> None:
        """Begin nothing more, and wait for what is being worked out: it reads the store."""
        self._pool.shutdown(cancel_futures=True)

    @contextmanager
    def _waiting(self) -> Generator[None]:
        """Count whoever waits: each of them holds one of the threads in which requests run."""
        with self._lock:
            if self._callers >= MOST_WAITING:
                raise _come_back("too many are waiting for answers")
            self._callers += 1
        try:
            yield
        finally:
            with self._lock:
                self._callers -= 1

    def _future(
        self, version: _Version, question: Hashable, work: Callable[[], Any]
    ) -> Future[Any]:
        with self._lock:
            if self._version != version:
                self._known.clear()
                self._version = version
            known = self._known.get(question)
            if known is not None:
                self._known.move_to_end(question)
                return known
            if self._undone >= MOST_UNDONE:
                raise _come_back("too much is being worked out")
            future = self._known[question] = self._pool.submit(work)
            self._undone += 1
            if len(self._known) > MOST_KEPT:
                self._known.popitem(last=False)
            future.add_done_callback(partial(self._done, question))
            return future

    def _done(self, question: Hashable, future: Future[Any]) -> None:
        """An error is told to those who waited for it; the next one asks anew."""
        with self._lock:
            self._undone -= 1
            failed = future.cancelled() or future.exception() is not None
            if failed and self._known.get(question) is future:
                del self._known[question]


_PROVING: WeakKeyDictionary[Store, Proving] = WeakKeyDictionary()
_MAKING: Final = threading.Lock()


def proved(call: Call, question: Hashable, work: Callable[[], _Found]) -> _Found:
    """Answer a question about the tenant as it is now; `question` names it, with all it hangs on.

    `wait=false` in the address asks for what is known already, and begins the work.
    Raises ApiError (503), and whatever `work` raises.
    """
    with _MAKING:
        proving = _PROVING.get(call.store)
        if proving is None:
            proving = _PROVING[call.store] = Proving()
            call.store.database.before_closing(proving.close)
    snapshot = call.snapshot
    wait = call.asked.query.get("wait", "").casefold() != "false"
    version = snapshot.revision, snapshot.policies_version
    return proving.answer(version, question, work, wait=wait)


def _come_back(why: str) -> ApiError:
    return ApiError(
        503,
        "ServiceUnavailable",
        f"{why}: ask again in a moment, the answer is kept then",
        headers={"Retry-After": "5"},
    )
