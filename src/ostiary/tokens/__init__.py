"""Tokens: signing keys and their rotation, claims in Entra's form, issuing and reading."""
