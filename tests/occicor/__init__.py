"""The project's own modules: settings, cache, health, outbox."""
