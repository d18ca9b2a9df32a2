"""Small repairs for screen readers in what other extensions write."""


def repair(app, page, template, context, doctree) -> None:
    if "body" in context:
        # the entries have a role of their own, which no list may contain
        context["body"] = context["body"].replace('role="list" class="citation-list"', 'class="citation-list"')


def setup(app):
    app.connect("html-page-context", repair)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
