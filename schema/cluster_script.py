"""What would be submitted to a cluster."""

from domain.use_cases.cluster_preview import ScriptPreview
from schema.described import attribute, object_type


@object_type
class ClusterScriptPreview:
    """What would be submitted to a cluster."""

    script: str = attribute("Rendered submission script.")
    command: str = attribute("Rendered submission command.")
    missing_vars: list[str] = attribute("Custom variables without a value.")
    problems: list[str] = attribute("Template errors; empty when it renders.")

    @classmethod
    def of(cls, preview: ScriptPreview) -> "ClusterScriptPreview":
        """Show a preview."""
        return cls(
            script=preview.script,
            command=preview.command,
            missing_vars=list(preview.missing_vars),
            problems=list(preview.problems),
        )
