"""Backpropagation, step by step: the chain rule with every number on the table."""
