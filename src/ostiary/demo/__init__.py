"""The demonstration: a tenant, its log of 30 days, real servers, and the story told over HTTPS."""
