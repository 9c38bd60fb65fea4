"""What can go wrong with the store, one class for each thing a caller would handle."""

from __future__ import annotations

from ostiary.model.errors import OstiaryError


class NoSuchObject(OstiaryError):
    """The object does not exist (404)."""

    code = "objectNotFound"


class ObjectChanged(OstiaryError):
    """The object is no longer the version that the caller read (412, RFC 9110 section 13.1.1)."""

    code = "preconditionFailed"


class ObjectExists(OstiaryError):
    """An object with this id, or with a name that must be unique, exists already (409)."""

    code = "objectExists"


class SignInsEnded(OstiaryError):
    """Somebody was disabled, deleted or told to sign in again while he was signing in."""

    code = "signInsEnded"


class StoreBusy(OstiaryError):
    """Another process held the store too long (503 with Retry-After)."""

    code = "storeBusy"


class StoreUnavailable(OstiaryError):
    """The database cannot be reached, read or written."""

    code = "storeUnavailable"


class SchemaTooNew(OstiaryError):
    """The store was written by a later release."""

    code = "schemaTooNew"


class StoreDamaged(OstiaryError):
    """A row that does not hold what was written there."""

    code = "storeDamaged"
