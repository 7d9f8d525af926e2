"""How charts are drawn: a sheet, its words and figures, and one module for each kind. Imports nothing of ours."""
