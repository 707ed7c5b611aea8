"""Measurements of speed, side by side in one run; ``make bench`` prints them. No test depends on a time."""
