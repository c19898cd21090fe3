"""Work that is finished whatever dies: the row is the truth, the queue only wakes someone."""
