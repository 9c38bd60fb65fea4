"""The directory store: who and what exists, what was decided, and what may never be forgotten."""
