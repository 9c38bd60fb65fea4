"""Signing in: what a request tells about where it comes from, and the steps of a sign-in."""
