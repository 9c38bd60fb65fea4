"""The engine: compile policies once, decide and explain sign-ins. Pure."""
