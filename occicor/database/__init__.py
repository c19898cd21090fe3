"""The database backend: Django's own for PostgreSQL, whose connections are asked by their sockets."""
