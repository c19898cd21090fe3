"""What an operator runs: scripts, units, the web server's settings, and the page that names them."""
