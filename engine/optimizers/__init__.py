"""Twelve optimizers racing over surfaces of two weights, checked against Keras's own."""
