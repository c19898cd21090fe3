"""How an approved request is carried out: the steps of its job."""
