"""Base of all nouns, and the number types that they share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Score10 = Annotated[float, Field(ge=0.0, le=10.0)]


class Noun(BaseModel):
    """Base of all nouns: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
