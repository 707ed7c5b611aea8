"""The picture library: posed figures drawn as small, clean vector graphics."""
