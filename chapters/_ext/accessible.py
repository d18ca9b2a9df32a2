"""Small repairs, for screen readers and slow connections, in what other extensions write."""

import re


def repair(app, page, template, context, doctree) -> None:
    if "body" in context:
        # the entries have a role of their own, which no list may contain
        body = context["body"].replace('role="list" class="citation-list"', 'class="citation-list"')
        # pictures in files of their own are fetched when a reader comes near them
        context["body"] = re.sub(r'<img (?![^>]*\bloading=)(?=[^>]*\bsrc="(?!data:))', '<img loading="lazy" ', body)


def setup(app):
    app.connect("html-page-context", repair)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
