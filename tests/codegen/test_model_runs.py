"""Modules of models, made in one run of datamodel-code-generator: each as in a run of its own."""

from __future__ import annotations

from dataclasses import replace

from generator.codegen.ir.models import Alias, Enumeration, Module
from generator.codegen.ir.types import Array, Ref, Scalar, Text
from generator.codegen.render import models
from generator.codegen.render.model_input import ModelInput, model_inputs
from generator.codegen.templates import Templates

DIGITS = Scalar("string", constraints=(("pattern", "^[0-9]+$"),))


def alias(name: str, *items: str) -> Alias:
    """Return a list of texts of digits, or of another name, beside whose values texts may be."""
    inner = Ref(*items) if items else DIGITS
    return Alias(name, Text(""), Array(inner))


def inputs(count: int) -> list[ModelInput]:
    """Return the input of modules that refer to each other and to names of their own."""
    color = Enumeration("Color", Text(""), "StrEnum", (("RED", "red"),))
    modules = [Module("colors", (color, alias("Colors", "Color", "str"), alias("Codes")))]
    for number in range(count):
        own = f"Part{number}"
        parts = (alias(own), alias(f"{own}s", own), alias(f"{own}Colors", "Color", "str"))
        modules.append(Module(f"module{number}", parts))
    return model_inputs(modules)


def test_runs_of_several_modules_give_the_bytes_of_one_each() -> None:
    templates, given = Templates.of(), inputs(3)
    alone = [models.generate_models([one], templates)[0] for one in given]
    assert models.generate_models(given, templates) == alone
    assert "from .colors import Color" in alone[1].imports
    assert "Color" not in alone[0].imports
    assert alone[0].body.count("Digits = ") == alone[1].body.count("Digits = ") == 1


def test_modules_with_other_bases_have_their_imports() -> None:
    first, *others = inputs(2)
    deep = replace(first, imports={**first.imports, "Model": ".._runtime.deep_models"})
    given = [deep, *others]
    alone = [models.generate_models([one], Templates.of())[0] for one in given]
    assert models.generate_models(given, Templates.of()) == alone


def test_processes_have_about_as_many_classes_each() -> None:
    given = inputs(models.PARALLEL_MODULES)
    groups = models.balanced(given, 3)
    assert sorted(one.module for group in groups for one in group) == sorted(
        one.module for one in given
    )
    sizes = [sum(len(one.schemas) for one in group) for group in groups]
    assert max(sizes) - min(sizes) <= max(len(one.schemas) for one in given)
    templates = Templates.of()
    alone = [models.generate_models([one], templates)[0] for one in given]
    assert models.generate_models(given, templates) == alone
