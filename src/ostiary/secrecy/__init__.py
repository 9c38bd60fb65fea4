"""Time, randomness, keys, sealed values, hashes and passwords: what every secret goes through."""
