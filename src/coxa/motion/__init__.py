"""A recording becomes a Motion, Angles or Orientations: readers and writers; nothing here knows a test."""

from coxa.motion.recording import Angles, FloatArray, Motion, Orientations, Recording

__all__ = ["Angles", "FloatArray", "Motion", "Orientations", "Recording"]
