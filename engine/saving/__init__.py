"""Saving models: what each form of a saved model keeps, and what a training that goes on from it has lost."""
