"""What people agree to: subscriptions to our messages and, for cookies, the catalogue of trackers."""
