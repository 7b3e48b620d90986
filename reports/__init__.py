"""A decision becomes PDF, HTML and JSON. The only room that knows paper, pictures and wording."""
