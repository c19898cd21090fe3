"""Tells the policy which cookies the site sets."""

from consent import trackers
from privacy.policy.register import register

trackers.declare(register)
