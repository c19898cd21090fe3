"""The screens on which staff look after accounts, Customers and those whom they enrol."""

from accounts.admin import administrators, customers, people

__all__ = ["administrators", "customers", "people"]
