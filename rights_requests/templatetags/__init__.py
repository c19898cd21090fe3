"""Template tags of the request pages."""
