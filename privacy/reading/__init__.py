"""What staff read, day by day: counted from the audit, compared with what is usual, looked into by others."""
