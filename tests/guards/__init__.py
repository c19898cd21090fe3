"""Gates over the source itself: each one can be run alone, and each has a test that shows it failing."""
