"""Apply a plan in a process of its own, which kills itself when a certain request comes.

Arguments: the plan, the address of Graph, the number of the request that changes something before
(`before`) or behind (`after`) which the process is gone.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import httpx

from ostiary.cli.apply import stepwise_apply
from ostiary.entra.connection import TOKEN, Connection
from ostiary.policycode.plan_files import load_plan
from tests.entra.faults import Fault, FaultProxy, Send, is_change


def dying(request: httpx.Request, send: Send) -> httpx.Response:
    """End before the request is sent."""
    os.kill(os.getpid(), signal.SIGKILL)
    return send()


def dying_after(request: httpx.Request, send: Send) -> httpx.Response:
    """End when the answer is on its way."""
    answer = send()
    answer.read()
    os.kill(os.getpid(), signal.SIGKILL)
    return answer


def main(plan_path: str, address: str, number: str, when: str) -> None:
    """Apply the plan until the end comes."""
    client = Connection(address, TOKEN).client(os.environ)
    client.writes = True
    fault: Fault = dying if when == "before" else dying_after
    proxy = FaultProxy(httpx.HTTPTransport(), [(int(number), fault)], is_change)
    client.http = httpx.Client(base_url=address, transport=proxy)
    journal = Path(f"{plan_path}.journal")
    stepwise_apply(load_plan(plan_path), journal, client, resume=journal.exists(), back=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
