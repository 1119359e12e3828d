"""Where the tool is published: workflows, templates, help and the project's pages name
this.
"""

REPOSITORY = "https://github.com/shopimind/reconciler"
