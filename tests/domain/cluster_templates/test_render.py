"""Rendering: strict, confined, and never in this process."""

import time
from importlib import import_module

import pytest

from domain.cluster_templates import Rendering, Template, render


async def rendered(text: str, **values: str | int | float | bool) -> Rendering:
    [rendering] = await render([Template(text, values)])
    return rendering


async def test_values_filters_and_arithmetic_as_sites_use_them() -> None:
    text = "#SBATCH --mem={{ (ram_gb * 1000)|int }}M -n {{ num_cpu }}{% if gpu %} -G{% endif %}\n"

    rendering = await rendered(text, ram_gb=15.5, num_cpu=4, gpu=0)

    assert rendering.text == "#SBATCH --mem=15500M -n 4\n"
    assert rendering.error is None


async def test_variables_are_found_in_the_syntax_not_in_the_text() -> None:
    text = (
        "{# {{ no }} #}{% for x in range(n) %}{{ x }}{% endfor %}{% set y = z %}{{ y }}{{ ' w ' }}"
    )

    rendering = await rendered(text, n=1, z=2)

    assert rendering.variables == ("n", "z")
    assert rendering.text == "02 w "


async def test_every_variable_without_a_value_is_told_and_a_default_is_a_value() -> None:
    rendering = await rendered("{{ a }} {{ b|default('x') }} {{ c|int }} {{ d is defined }}")

    assert rendering.missing == ("a", "c")
    assert rendering.text == "{{ a }} x 0 False"
    assert rendering.variables == ("a", "b", "c", "d")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{% if %}", "Line 1: Expected an expression"),
        ("a\n{{ b", "Line 2: unexpected end of template"),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
        ("{% include 'a' %}", "no loader"),
        ("{{ ().__class__.__base__.__subclasses__() }}", "SecurityError"),
        ("{{ cycler.__init__.__globals__.os.system('id') }}", "SecurityError"),
        ("{{ self.__init__.__globals__ }}", "SecurityError"),
        ("{{ [].append(1) }}", "SecurityError"),
        ("{% for i in range(10**9) %}x{% endfor %}", "Range too big"),
        ("{{ 'a' * 10**9 }}", "too much memory"),
        ("{{ 'a'|center(10**9) }}", "too much memory"),
        ("{% for i in range(9999) %}{{ 'x' * 100 }}{% endfor %}", "longer than 262144"),
        ("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "nested too deeply"),
    ],
)
async def test_what_a_template_may_not_do_has_a_reason(text: str, reason: str) -> None:
    rendering = await rendered(text)

    assert rendering.text is None
    assert reason in (rendering.error or "")


@pytest.mark.parametrize(
    "text",
    [
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{{ 10 ** (10 ** 9) }}",
    ],
)
async def test_a_runaway_template_is_ended(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its share of a core's time, here a second; this process's loop is free (T27)."""
    monkeypatch.setattr(import_module("domain.cluster_templates.render"), "CPU_S", 1)
    began = time.monotonic()

    rendering = await rendered(text)

    assert rendering.error is not None
    assert time.monotonic() - began < 15


@pytest.mark.parametrize("value", ["a\n#SBATCH -A other", "a\rb", "a\x1b[2J", "a\u2028b", "\0"])
async def test_a_value_with_a_control_character_is_not_rendered(value: str) -> None:
    rendering = await rendered("#SBATCH -J {{ title }}", title=value)

    assert rendering.text is None
    assert rendering.error == ("The value of title has a line break or another control character.")


async def test_a_value_is_never_read_as_a_template() -> None:
    rendering = await rendered("{{ title }}", title="{{ 1 + 1 }}{% raw %}")

    assert rendering.text == "{{ 1 + 1 }}{% raw %}"
