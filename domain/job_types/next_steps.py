"""Common next steps: which types can follow, and what of a job feeds them (05, section 2.6)."""

from collections.abc import Mapping

from domain.job_types.availability import NOBODY_ASKED, Lacking
from domain.job_types.catalogue import Catalogue
from domain.job_types.declaration import (
    InputDeclaration,
    JobTypeDeclaration,
    NextStep,
    OutputDeclaration,
    Stability,
)


def next_types(
    declaration: JobTypeDeclaration, catalogue: Catalogue, lacking: Lacking = NOBODY_ASKED
) -> list[tuple[NextStep, JobTypeDeclaration]]:
    """The next steps whose types can be built here, in the declaration's order."""
    found = [(step, catalogue.get(step.type)) for step in declaration.steps]
    return [
        (step, target)
        for step, target in found
        if target is not None
        and target.stability is not Stability.OBSOLETE
        and not target.hidden
        and catalogue.unavailable_reason(target, lacking) is None
    ]


def next_inputs(
    outputs: Mapping[str, OutputDeclaration], step: NextStep, target: JobTypeDeclaration
) -> dict[str, str]:
    """Input of `target` → which of a job's `outputs` feeds it; each output feeds one input.

    As the step says, else by data type, then by the slots that the input requires, then by name.
    Required inputs choose first. An input without a candidate is left out.
    """
    if step.connect is not None:
        return {name: output for name, output in step.connect.items() if name in target.inputs}
    free = dict(outputs)
    found: dict[str, str] = {}
    for name in sorted(target.inputs, key=lambda n: (not target.inputs[n].min, n not in free)):
        slot = target.inputs[name]
        fitting = [output for output, made in free.items() if made.type == slot.type]
        if fitting:
            best = min(fitting, key=lambda output: (_lacking(slot, free[output]), output != name))
            found[name] = best
            del free[best]
    return {name: found[name] for name in target.inputs if name in found}


def _lacking(slot: InputDeclaration, output: OutputDeclaration) -> int:
    """How many required slots the output cannot have; what it passes through may be any."""
    if output.passthrough is not None:
        return 0
    required = [name for name in slot.slots if not name.startswith("?")]
    return sum(name not in output.slots for name in required)
