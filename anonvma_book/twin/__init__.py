"""The twin: the model of today's Linux and the running kernel, call by call side by side.

pair       Twin: both, driven through the same calls, and how they are compared
generator  random histories, steered to where the rare rules are
shrink     a history in which they disagree, made as short as it can be
run        many histories, each from an empty window
command    ``anonvma-book twin``
"""
