"""The two people of the picture library."""

from __future__ import annotations

from functools import cache

from lab.body import Body
from lab.dress import Dressed, Outfit

# Here a gender of 0 is male and 1 female; an age of 0.62 looks about 45 years old.
PHENOTYPES = {
    "female": {"gender": 0.92, "age": 0.6, "muscle": 0.5, "weight": 0.46, "height": 0.5, "proportions": 0.6},
    "male": {"gender": 0.06, "age": 0.6, "muscle": 0.55, "weight": 0.48, "height": 0.5, "proportions": 0.6},
}
PEOPLE = tuple(PHENOTYPES)


@cache
def person(name: str, leg_length: str = "shorts") -> Dressed:
    """``female`` or ``male``, barefoot in a T-shirt and ``shorts`` or ``long`` leggings."""
    return Dressed(Body(PHENOTYPES[name]), Outfit(leg_length=leg_length, folds=0.0))
