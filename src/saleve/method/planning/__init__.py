"""Planning: what has to happen so that the target is met."""
