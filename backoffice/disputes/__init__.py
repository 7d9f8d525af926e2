"""What happens to a complaint outside the organisation (ISO 10003, clause 7)."""
