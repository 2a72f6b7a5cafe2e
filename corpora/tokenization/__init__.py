"""Train, import and use SentencePiece models; count what they make of a snapshot."""
