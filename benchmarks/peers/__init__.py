"""One script a peer, run in the environment that the file of the same name pins.

Each does the work by the peer's documented interface: in its defaults, and in a tuned way where
the comparison asks for one. They import nothing of the product.
"""
