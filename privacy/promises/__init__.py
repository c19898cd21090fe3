"""What the privacy policy promises, what keeps each promise, and the evidence that it is kept today."""
