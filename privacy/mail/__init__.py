"""Messages to people: queued with the fact they tell of, delivered apart from it, lost never."""
