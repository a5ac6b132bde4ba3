"""The book without a kernel: slide decks, pages, and a static site.

capture   a chapter is run, and what its widgets show is put beside their stored outputs
shown     one such widget as JSON: a player, a lab, a question, or the progress of a chapter
shared    what all of them need once: colours, figures, BokehJS

    stored notebook -> capture -> exporter and its template -> HTML, with the shared part inside
    it (slides, a single page) or beside it (the site)
"""
