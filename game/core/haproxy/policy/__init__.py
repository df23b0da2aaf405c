"""What a trainee's configuration may say: an allow-list, since deny-lists of HAProxy's language have failed."""
