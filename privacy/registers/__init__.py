"""The registers that the law asks for, generated: what is processed, by whom, where, and what was thought of it."""
