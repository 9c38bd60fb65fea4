"""What turns the parts into a running server, and what the host's own commands work on."""
