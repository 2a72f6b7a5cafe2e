"""HTML as a page of text: its main text, and what its head says of it (``page.page``)."""
