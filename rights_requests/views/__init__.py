"""Doors of the request pages: filing, following, downloading and verifying."""
