"""Doors for apps: the choice about cookies and other trackers, and what somebody gets by e-mail."""
