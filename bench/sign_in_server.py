"""`python -m bench.sign_in_server FOLDER PORT`: serves the tenant, one worker, without TLS.

`python -m bench.sign_in_server raw`: prints how many RS256 signatures the core makes a second.
"""

import sys
import time

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from bench.sign_in_tenant import settings
from ostiary.secrecy.clock import SystemClock
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.serving.collecting import leave_what_stays
from ostiary.serving.listeners import Listener, bound, serve_until_told
from ostiary.tokens.rsa_keys import BITS
from ostiary.web.app import sign_in_app
from ostiary.web.service import open_service

SIGNATURES, OCTETS = 3_000, 1_500


def serve(folder: str, port: int) -> None:
    """Serve until the process is ended."""
    service = open_service(
        folder, settings(), clock=SystemClock(), randomness=SystemRandomness(), environment={}
    )
    leave_what_stays()
    sockets = bound("sign-in", ["127.0.0.1"], port)
    serve_until_told([Listener(sign_in_app(service), sockets)])


def raw() -> float:
    """Signatures a second of processor time."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    began = time.process_time()
    for _ in range(SIGNATURES):
        key.sign(b"x" * OCTETS, padding.PKCS1v15(), SHA256())
    return SIGNATURES / (time.process_time() - began)


if __name__ == "__main__":
    if sys.argv[1] == "raw":
        print(raw())
    else:
        serve(sys.argv[1], int(sys.argv[2]))
