"""The rules of the complaint desk, as plain functions over a `Work`. No messenger, no sentences, no network."""
