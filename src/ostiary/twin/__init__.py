"""A digital twin: a served tenant out of an export, to try policies with real clients."""
