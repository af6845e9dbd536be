"""Activation functions: what they pass on, where they stop passing gradients, and what that does to a network."""
