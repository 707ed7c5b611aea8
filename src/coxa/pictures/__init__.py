"""Pictures of every test and exercise, as vector files whose colours are put in when they are used.

``library/<figure>/<id>.<moment>.svg`` holds stills and loops, ``measuring/<test>.<figure>.json.gz`` the figure in many
positions of one joint, ``palettes.yaml`` the colours. All of it is drawn by the lab, which is no part of the package.
"""

from coxa.pictures.library import FIGURES, MOMENTS, Figure, Moment, picture, subjects
from coxa.pictures.measuring import MeasuringPicture, measured_tests, measuring_picture
from coxa.pictures.palettes import DEFAULT_SKIN, Theme, skins

__all__ = [
    "DEFAULT_SKIN",
    "FIGURES",
    "MOMENTS",
    "Figure",
    "MeasuringPicture",
    "Moment",
    "Theme",
    "measured_tests",
    "measuring_picture",
    "picture",
    "skins",
    "subjects",
]
