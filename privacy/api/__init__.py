"""The door for apps: what every address under /api/v1/ has in common, and what everybody may read there."""
