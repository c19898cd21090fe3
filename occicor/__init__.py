"""The project: settings, addresses, the Celery application and the services it can run by itself."""
