"""The engine measured beside other engines on one synthetic tenant (`make bench`)."""
