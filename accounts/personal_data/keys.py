"""What is held so that the systems of Customers can ask the API: nothing about anybody."""

from privacy.data_map.declarations import nobody

nobody("accounts.ApiKey", because="keys of companies' systems: named by the company, each known by a digest only")
