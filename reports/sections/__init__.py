"""The sections of the report, one function each; `reports.content` says in which order."""
