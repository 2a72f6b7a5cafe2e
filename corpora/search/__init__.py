"""Finding documents: an index that says where a text cannot be, and the folded comparison."""
