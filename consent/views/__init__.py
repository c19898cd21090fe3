"""Doors of consent: choosing, and the pages that show what was chosen and proven."""
