"""Migrations of the store, run by `ostiary.directory.migrating`."""
