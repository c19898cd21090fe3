"""The door for apps: each promise it makes about reading, answering, counting and describing itself."""
