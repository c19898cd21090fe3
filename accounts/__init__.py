"""Account data: people who sign in, their profile and their sessions."""
