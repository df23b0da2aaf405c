"""danceoff: a game and chaos-exercise kit that trains teams on a real load balancer."""
