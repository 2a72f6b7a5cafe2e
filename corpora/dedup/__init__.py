"""Which documents say the same: exact copies, and near copies by shared character n-grams."""
