"""Ten tables of made-up personal data, so that figures do not depend on what the real apps happen to hold."""
