"""Gradient descent with all data at once, with a few, and with one: the same slope, told with more or less noise."""
