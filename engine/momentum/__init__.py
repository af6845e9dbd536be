"""Momentum: a step that remembers the one before, on a quadratic, between two valleys, and in a real network."""
