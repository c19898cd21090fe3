"""Ways of people through the running site, in a real browser."""
