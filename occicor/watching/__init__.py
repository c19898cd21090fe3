"""What those who operate the site see of it from outside: a line for each answer, figures, and reports of errors."""
