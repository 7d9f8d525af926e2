"""What is made of complaints once they are answered: causes, actions, figures (ISO 10002, clause 8)."""
