"""What somebody would try who wants what is not theirs: each file is one row of attacks, run against the whole site."""
