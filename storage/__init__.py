"""What is remembered: the tables, their queries, encryption at rest. Knows nothing of rules or of Telegram."""
