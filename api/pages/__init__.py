"""The pages: HTML of the same actions that the API offers, working without JavaScript.

One module per noun, one template per page; a page's context is a dataclass that names its
template, and holds nothing that the template does not show.
"""
