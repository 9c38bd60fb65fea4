"""What everything that answers over HTTP shares, whatever its product."""
