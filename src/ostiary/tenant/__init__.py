"""A tenant read from files: raw JSON, its directory, its policies, and what was wrong with them."""
