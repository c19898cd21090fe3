"""Parts of the running site are killed, stopped and taken away; nothing may be lost, doubled or left behind."""
