"""Tests of the privacy policy: what it says, its versions, its drift, whom it tells."""
