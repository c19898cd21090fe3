"""The one place where a person finds everything that is about them: short facts, each with the way to all of it."""
