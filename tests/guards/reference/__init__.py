"""The pages of reference that are made from the code, and the gate that keeps them as the code is."""
