"""How dates are written where Django formats them itself, the staff pages above all."""
