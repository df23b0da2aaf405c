"""A program that plays through the API alone, as an example of one's own."""
