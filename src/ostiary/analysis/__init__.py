"""Questions over many sign-ins: logs, impact, proofs, lint."""
