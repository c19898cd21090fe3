"""Lists of people that Customers send as files."""
