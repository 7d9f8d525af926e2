"""The figures of the desk: what is counted of each case, and the indicators made of it (ISO 10002, 8.1 to 8.4)."""
