"""Values of the members of ``specs/measures.yaml`` that deviate in one way each."""

from __future__ import annotations

from typing import Any, Final

MEMBER: Final = "/components/schemas/Measures/properties"
MEASURES: Final[tuple[tuple[dict[str, Any], str, str, str], ...]] = (
    ({"short": "abcde"}, "maxLength/widened", "/short/maxLength", "risk"),
    ({"long": "a"}, "minLength/widened", "/long/minLength", "risk"),
    ({"code": "a1"}, "pattern/changed", "/code/pattern", "risk"),
    ({"small": 11}, "maximum/widened", "/small/maximum", "risk"),
    ({"large": 99}, "minimum/widened", "/large/minimum", "risk"),
    ({"below": 1}, "maximum/widened", "/below/exclusiveMaximum", "risk"),
    ({"above": 0}, "minimum/widened", "/above/exclusiveMinimum", "risk"),
    ({"even": 3}, "multipleOf/changed", "/even/multipleOf", "risk"),
    ({"few": [1, 2, 3]}, "maxItems/widened", "/few/maxItems", "risk"),
    ({"many": [1]}, "minItems/widened", "/many/minItems", "risk"),
    ({"set": [1, 1]}, "uniqueItems/removed", "/set/uniqueItems", "risk"),
    ({"pair": [1, 2]}, "type/changed", "/pair/prefixItems/0/type", "risk"),
    ({"bag": {"a": 1, "b": 2, "c": 3}}, "maxProperties/widened", "/bag/maxProperties", "risk"),
    ({"bag": {}}, "minProperties/widened", "/bag/minProperties", "risk"),
    ({"bag": {"a": "1"}}, "type/changed", "/bag/additionalProperties/type", "risk"),
    ({"names": {"A": 1}}, "propertyNames/changed", "/names/propertyNames", "risk"),
    ({"card": {"number": "1"}}, "dependentRequired/changed", "/card/dependentRequired", "risk"),
    ({"holds": [1]}, "contains/changed", "/holds/contains", "risk"),
    ({"colour": "blue"}, "enum/value-added", "/colour/enum", "risk"),
    ({"fixed": "there"}, "enum/value-added", "/fixed/enum", "risk"),
    ({"moment": "yesterday"}, "format/changed", "/moment/format", "breaking"),
    ({"day": "2026-13-01"}, "format/changed", "/day/format", "breaking"),
    ({"clock": "noon"}, "format/changed", "/clock/format", "breaking"),
    ({"wait": "a while"}, "format/changed", "/wait/format", "breaking"),
    ({"key": "k"}, "format/changed", "/key/format", "breaking"),
    ({"mail": "nobody"}, "format/changed", "/mail/format", "risk"),
    ({"address": "1.2.3"}, "format/changed", "/address/format", "risk"),
    ({"never": "text"}, "not/changed", "/never/not", "risk"),
    ({"flag": "true"}, "type/changed", "/flag/type", "risk"),
    ({"whole": 1.5}, "type/changed", "/whole/type", "breaking"),
    ({"real": "1"}, "type/changed", "/real/type", "risk"),
    ({"word": 1}, "type/changed", "/word/type", "risk"),
    ({"none": 1}, "type/changed", "/none/type", "breaking"),
    ({"long": None}, "nullable/added", "/long/type", "risk"),
    ({"some": {"left": 1, "up": 1}}, "property/added", "/some/anyOf/0/properties", "safe"),
    ({"some": {"left": "1"}}, "type/changed", "/some/anyOf/0/properties/left/type", "risk"),
    ({"maybe": "abcde"}, "maxLength/widened", "/maybe/maxLength", "risk"),
)  # fmt: skip
"""Values of members, with the rule below ``schema`` and the place below the members."""
