"""Cookie-consent records: the catalogue of trackers and, later, choices and their proof."""
