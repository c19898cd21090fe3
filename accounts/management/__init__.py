"""Commands for those who operate the site."""
