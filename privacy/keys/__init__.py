"""The keys of the site that can be exchanged while it runs: what is made with them, and how it comes under new ones."""
