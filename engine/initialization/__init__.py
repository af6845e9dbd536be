"""No two runs agree: the same network from many first weights, and what makes the runs alike."""
