"""Policies kept as files: what a folder asks of a tenant, as a plan to be read and applied."""
