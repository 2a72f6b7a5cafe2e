"""Every test: the folders mirror the code; integration/ and browser/ use the whole."""
