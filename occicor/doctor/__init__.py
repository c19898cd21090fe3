"""The preflight: looks at all that the site needs and says in plain words what to do about what is missing."""
