"""Which pictures a report shows: of which figure, in which skin tone."""

from __future__ import annotations

from dataclasses import dataclass

from coxa.errors import InputError
from coxa.model import Sex
from coxa.pictures import (
    DEFAULT_SKIN,
    FIGURES,
    Figure,
    MeasuringPicture,
    Moment,
    Theme,
    measured_tests,
    measuring_picture,
    picture,
    skins,
    subjects,
)


@dataclass(frozen=True)
class Gallery:
    """Pictures of tests and exercises. ``figure`` ``None`` shows both figures in turn."""

    figure: Figure | None = None
    skin: str = DEFAULT_SKIN

    def of_sex(self, sex: Sex) -> Gallery:
        """The same, with the figure of this sex where none was chosen."""
        if self.figure is not None or sex is Sex.NOT_SAID:
            return self
        return Gallery("female" if sex is Sex.FEMALE else "male", self.skin)

    def still(self, subject: str, moment: Moment, theme: Theme) -> str | None:
        """A picture of a test or exercise; ``None`` for what has none, such as the total of two tests."""
        if subject not in subjects():
            return None
        return picture(subject, moment, figure=self._figure_of(subject, subjects()), skin=self.skin, theme=theme)

    def measuring(self, test: str) -> MeasuringPicture | None:
        """The measuring picture of a test; ``None`` for one that reads no angle of a limb."""
        if test not in measured_tests():
            return None
        return measuring_picture(test, self._figure_of(test, measured_tests()))

    def _figure_of(self, subject: str, among: tuple[str, ...]) -> Figure:
        return self.figure or FIGURES[among.index(subject) % len(FIGURES)]


def chosen_gallery(figure: str | None, skin: str) -> Gallery:
    """The gallery that somebody asked for.

    Raises
    ------
    InputError: there is no such figure or skin tone.
    """
    found = next((one for one in FIGURES if one == figure), None)
    if figure is not None and found is None:
        raise InputError(f"there is no figure '{figure}'; choose one of {', '.join(FIGURES)}.")
    if skin not in skins():
        raise InputError(f"there is no skin tone '{skin}'; choose one of {', '.join(skins())}.")
    return Gallery(found, skin)
