"""A Customer enrols many people at once, with a CSV file: read, checked, shown, and then done whole or not at all."""
