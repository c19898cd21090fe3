"""Data-subject requests: filing, deciding, fulfilling and answering them."""
