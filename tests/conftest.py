"""What every test shares: how hypothesis runs."""

from hypothesis import settings

# A shared machine is slow at times, which is no fault of the code: no deadline a single example.
settings.register_profile("default", deadline=None)
settings.register_profile("long", deadline=None, max_examples=2_000)
settings.load_profile("default")
