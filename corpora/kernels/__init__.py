"""Compiled loops over Arrow's buffers: the only place that imports numba.

A kernel is a plain loop over arrays of numbers. It holds no Python object, releases the
interpreter's lock, and trusts its arguments: whoever calls it has checked them. What other
stages call are the functions around the kernels, which check, allocate and give arrays back.

- ``compiling``: how kernels are compiled, and where the machine code is kept;
- ``text``: strings of an Arrow array as code points, and back;
- ``joining``: characters that join the one before them, and UTF-8 by the code point;
- ``normalization``, ``folding``: normalised texts, and texts folded for comparison;
- ``tails``: the last lines of texts;
- ``spans``: lines, paragraphs and sentences, and which were said before;
- ``mixing``, ``keys``: 64-bit keys of code points;
- ``ngrams``: n-grams that come again, and the most frequent ones;
- ``runs``: runs of one code point, and of one script;
- ``characters``: sets of characters as tables;
- ``patterns`` and ``hits``: words of many lists, and where they are;
- ``signs``, ``pages`` and ``personal``: what of a text a regular expression need not see;
- ``kana``: kana usage rewritten, for comparison;
- ``passages``: hashes of lines and paragraphs;
- ``crc32c``: the checksum of Google's storage;
- ``minhash``, ``bands``, ``sets``: signatures, who shares a band, and exact comparisons;
- ``masks`` and ``choosing``: sets of documents as bits, and the best member of each cluster;
- ``normalizing``, ``tries``, ``unigram``: texts as ids of a SentencePiece unigram model.
"""
