"""The screens on which staff look after accounts, Customers and those whom they enrol."""

from accounts.admin import administrators, customers, people, roles

__all__ = ["administrators", "customers", "people", "roles"]
