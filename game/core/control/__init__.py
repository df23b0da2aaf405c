"""Change control: how risky a change is, who has to agree to it, and the log of all that were made."""
