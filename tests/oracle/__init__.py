"""The oracle: Conditional Access read from the documentation in plain `if`s.

It shares no line with the package under test and was written by somebody who had not seen it.
Clarity goes before speed everywhere; README.md lists what was chosen where the pages are silent.
"""

from tests.oracle.decide import decide, expectation
from tests.oracle.what_if import what_if, what_if_expectation

__all__ = ["decide", "expectation", "what_if", "what_if_expectation"]
