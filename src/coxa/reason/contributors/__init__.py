"""Possible reasons for the pain, ranked with what speaks for and against each.

Points (0-3) order the list by rules that are written down here; they are no probability, and nothing measured at the
hip alone can make a contributor ``supported``: the pain itself has to point the same way (FACTS B, "Reading").
"""

from coxa.reason.contributors.picture import Picture
from coxa.reason.contributors.rank import rank

__all__ = ["Picture", "rank"]
