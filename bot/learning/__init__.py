"""Learning in the messenger: causes, actions, figures, digests."""
