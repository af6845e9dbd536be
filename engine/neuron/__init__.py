"""A neuron and its bias: what a sum of weighted inputs cannot do without one number more."""
