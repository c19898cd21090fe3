"""Files that people send: told by their content, made anew apart from the site, sealed, and shown to staff only."""
