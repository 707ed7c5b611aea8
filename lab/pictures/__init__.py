"""The picture library: posed figures, props and muscles drawn as vector pictures."""
