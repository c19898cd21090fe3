"""What brings the site into service on a machine and keeps copies of it: scripts, units, settings."""
