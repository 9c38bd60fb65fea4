"""Changes that administrators make, one function each, whichever face they come through."""
