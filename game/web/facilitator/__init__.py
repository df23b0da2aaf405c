"""The facilitator's pages: the floor at a glance, and everything that steers it."""
