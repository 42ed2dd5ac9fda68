"""A job type's page of the documentation, made of its declaration alone."""

from collections.abc import Iterator

from domain.job_types.declaration import (
    InputDeclaration,
    JobTypeDeclaration,
    OutputDeclaration,
    ParamDeclaration,
    ParamType,
    VersionRule,
)


def page(declaration: JobTypeDeclaration) -> str:
    """The page in Markdown; the same declaration gives the same text."""
    parts = [
        f"# {declaration.title}\n",
        f"`{declaration.type}`, version {declaration.version} · {_words(declaration.category)}\n",
        f"{declaration.description}\n",
        *_facts(declaration),
        *_table("Inputs", ("Input", "Type", "Needs", "How many"), _inputs(declaration)),
        *_table("Outputs", ("Output", "Type", "Has", ""), _outputs(declaration)),
        *_table("Params", ("Param", "Default", "Allowed", "Meaning"), _params(declaration)),
    ]
    return "\n".join(parts)


def index(declarations: list[JobTypeDeclaration]) -> str:
    """The list of all pages, in the builder's order."""
    lines = ["# Job types\n"]
    category = ""
    for declaration in declarations:
        if declaration.category != category:
            category = declaration.category
            lines.append(f"\n## {_words(category)}\n")
        lines.append(f"- [{declaration.title}]({declaration.type}.md)")
    return "\n".join(lines) + "\n"


def _facts(declaration: JobTypeDeclaration) -> Iterator[str]:
    run, needs = declaration.run, declaration.requires
    need = declaration.resources
    yield f"- Resources: CPU `{need.cpu}`, GPU `{need.gpu}`, memory `{need.ram_gb}` GiB"
    if needs.executables or needs.python:
        named = ", ".join(f"`{name}`" for name in (*needs.executables, *needs.python))
        yield f"- Needs: {named}{_version(needs.version)}. {needs.message}"
    if run.interactive is not None:
        yield "- Interactive: it waits for its user, and holds nothing while it waits"
    if run.iterative:
        yield "- Iterative: each complete iteration is a version; it can be stopped early"
    if run.resume is not None:
        yield f"- A new job goes on where one has ended: Continue in its menu, or `{run.resume}`"
    if declaration.citation:
        yield f"- Cite: {declaration.citation}"
    if declaration.steps:
        links = ", ".join(f"[{step.type}]({step.type}.md)" for step in declaration.steps)
        yield f"- Next: {links}"
    yield ""


def _version(rule: VersionRule | None) -> str:
    if rule is None:
        return ""
    limits = (("from", rule.min), ("below", rule.below))
    return f" ({' '.join(f'{word} {limit}' for word, limit in limits if limit)})"


def _table(title: str, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    if not rows:
        return
    yield f"## {title}\n"
    for row in (head, ("---",) * len(head), *rows):
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
    yield ""


def _inputs(declaration: JobTypeDeclaration) -> list[tuple[str, ...]]:
    return [
        (f"`{name}` {slot.title}", slot.type, _slots(slot.slots), _count(slot))
        for name, slot in declaration.inputs.items()
    ]


def _count(slot: InputDeclaration) -> str:
    most = "any number" if slot.max is None else f"at most {slot.max}"
    return f"at least {slot.min}" if slot.max is None and slot.min else most


def _outputs(declaration: JobTypeDeclaration) -> list[tuple[str, ...]]:
    return [
        (f"`{name}` {made.title}", made.type, _slots(made.slots), _passes(made))
        for name, made in declaration.outputs.items()
    ]


def _passes(made: OutputDeclaration) -> str:
    said = {
        "not always": not made.required,
        f"one for each `k` from 0, `{made.repeat}` in all": made.repeat is not None,
        f"the rest comes from `{made.passthrough}`": made.passthrough is not None,
    }
    return "; ".join(words for words, holds in said.items() if holds)


def _slots(slots: tuple[str, ...]) -> str:
    return ", ".join(f"{s[1:]} (optional)" if s.startswith("?") else s for s in slots)


def _params(declaration: JobTypeDeclaration) -> list[tuple[str, ...]]:
    return [
        (f"`{name}` {param.title}", _default(param), _allowed(param), _meaning(param))
        for name, param in declaration.params.items()
        if not param.hidden
    ]


def _meaning(param: ParamDeclaration) -> str:
    condition = f"Only when `{param.when}`." if param.when else ""
    return f"{param.description} {condition}".strip()


def _default(param: ParamDeclaration) -> str:
    if param.default is None:
        return "required" if param.required else ""
    if param.type is ParamType.BOOLEAN:
        return "yes" if param.default else "no"
    return f"{param.default}"


def _allowed(param: ParamDeclaration) -> str:
    if param.enum_values is not None:
        return ", ".join(str(value) for value in param.enum_values)
    limits = (
        (param.minimum, "≥"),
        (param.exclusive_minimum, ">"),
        (param.maximum, "≤"),
        (param.exclusive_maximum, "<"),
    )
    said = [f"{sign} {limit:g}" for limit, sign in limits if limit is not None]
    said += [f"multiple of {param.multiple_of}"] if param.multiple_of else []
    return ", ".join((param.type.value, *said))


def _words(key: str) -> str:
    return key.replace("_", " ").capitalize()
