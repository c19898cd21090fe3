"""What each right asks of the person before it is sent: one module per right, one table that names them all."""
