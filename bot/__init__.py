"""The desk as people meet it: a Telegram bot in three languages. Speaks; decides nothing."""
