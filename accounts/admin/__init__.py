"""The screens on which staff look after accounts, Customers and those whom they enrol."""

from accounts.admin import customers, people

__all__ = ["customers", "people"]
