"""Pictures of definitions and of who uses what, in the formats that show them.

The renderers are imported when they are used, as in `formats.py`.
"""

from reconciler.report.views import GraphView, ImpactView


def impact_as_text(view: ImpactView) -> str:
    """Blocks, and the sum."""
    from reconciler.report.impact import impact_text

    return impact_text(view.impact, view.paint)


def impact_as_json(view: ImpactView) -> str:
    """The document."""
    from reconciler.report.documents import as_json
    from reconciler.report.impact import impact_document

    return as_json(impact_document(view.impact))


def impact_as_mermaid(view: ImpactView) -> str:
    """A flowchart."""
    from reconciler.report.impact import impact_mermaid

    return impact_mermaid(view.impact)


def graph_as_mermaid(view: GraphView) -> str:
    """A flowchart."""
    from reconciler.report.graph_mermaid import graph_mermaid

    return graph_mermaid(view.picture)


def graph_as_dot(view: GraphView) -> str:
    """For Graphviz."""
    from reconciler.report.graph_dot import graph_dot

    return graph_dot(view.picture)


def graph_as_svg(view: GraphView) -> str:
    """A picture for the browser."""
    from reconciler.report.graph_svg import graph_svg

    return graph_svg(view.picture)
