"""What can be done with a request: each module is one step of its life; every function takes an actor and is atomic."""
