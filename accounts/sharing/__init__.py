"""Cards that people let others see, until when they want (promise P8.1)."""
