"""The settings of each way of running: development, test and production share base."""
