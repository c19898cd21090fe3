"""The pages on which a Customer's administrators look after the people whom it enrols."""
