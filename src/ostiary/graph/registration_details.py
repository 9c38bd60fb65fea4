"""`reports/authenticationMethods/userRegistrationDetails`: who has registered which methods.

Source: api-reference authenticationmethodsroot-list-userregistrationdetails. The methods are told
in the words of authentication strengths where Graph has none for what is kept here.
"""

from __future__ import annotations

from typing import Final

from ostiary.graph.directory_objects import DirectoryResource, declare_reading, one
from ostiary.graph.permissions import READ_LOGS
from ostiary.http.operations import Operations
from ostiary.http.shapes import FLAG, TEXTS, maybe

OPERATIONS: Final = Operations()
DETAILS: Final = DirectoryResource(
    "reports/authenticationMethods/userRegistrationDetails",
    "UserRegistrationDetails",
    lambda store: store.registrations,
    plain={"isMfaRegistered": None, "methodsRegistered": []},
    members={"isMfaRegistered": maybe(FLAG), "methodsRegistered": TEXTS},
    is_directory=False,
    quickly={"id": lambda store, value: one(store.registrations.get(value))},
)
declare_reading(OPERATIONS, DETAILS, needs=READ_LOGS)
