"""Binds the knowledge to the resources of one template: their names, ARNs, and what `Ref` and `Fn::GetAtt` return."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from sls_leastpriv.knowledge.entry import Entry
from sls_leastpriv.model import Stack
from sls_leastpriv.refer import lookup_with_references
from sls_leastpriv.resolve.conditions import Conditions, Truth
from sls_leastpriv.resolve.fill import fill
from sls_leastpriv.resolve.intrinsics import Intrinsics
from sls_leastpriv.resolve.names import generated_name
from sls_leastpriv.resolve.parameters import declared_parameters, pseudo_parameters
from sls_leastpriv.resolve.unknown import MINTED, text_of_pattern
from sls_leastpriv.resolve.values import NO_VALUE, Either, Text, Unresolved, Value, is_incomplete, pattern, walk
from sls_leastpriv.resources import resources_of

EntryOf = Callable[[str], Entry | None]
"""A CloudFormation type → its entry."""

Inner = Callable[["BoundResource"], "BoundStack | None"]
"""An `AWS::CloudFormation::Stack` resource → the stack that it makes; None where its template is not at hand."""

_OUTPUT: Final = "Outputs."


class BoundStack:
    """One stack: its identity, the resolver of its template, and its resources that are not switched off by a condition."""

    def __init__(
        self,
        template: Mapping[str, Any],
        stack: Stack,
        *,
        entry_of: EntryOf,
        read: Callable[[str], Value],
        arguments: Mapping[str, Value] | None = None,
        inner: Inner | None = None,
    ) -> None:
        self.template = template
        self.stack = stack
        self.inner = inner
        self.pseudo = pseudo_parameters(stack)
        resources = resources_of(template)
        self.circular: set[str] = set()
        self.loops = tuple(sorted(set(template.get("Resources", {})) - set(resources)))
        """`Fn::ForEach::…` among the resources: what they become, only CloudFormation knows."""
        self.intrinsics = Intrinsics(
            parameters=self.pseudo | declared_parameters(template, arguments or {}, read),
            mappings=template.get("Mappings", {}),
            logical_ids=frozenset(resources),
            attribute_of=self.attribute,
            decide=lambda name: self.conditions.decide(name),
            read_text=read,
        )
        self.conditions = Conditions(template.get("Conditions", {}), self.intrinsics.resolve)
        self._all = {
            logical_id: BoundResource(self, logical_id, body, entry_of(body["Type"])) for logical_id, body in resources.items()
        }
        self.resources = tuple(one for _, one in sorted(self._all.items()) if one.exists is not False)
        self.types = frozenset(one.type for one in self.resources)

    def attribute(self, logical_id: str, attribute: str | None) -> Value:
        """What `Ref` (attribute None) or `Fn::GetAtt` returns for a resource of this stack."""
        return self._all[logical_id].returned(attribute)

    def output(self, name: str) -> Value | None:
        """What the stack gives out under a name; None where it has no such output."""
        outputs = self.template.get("Outputs")
        found = outputs.get(name) if isinstance(outputs, Mapping) else None
        return self.intrinsics.resolve(found["Value"]) if isinstance(found, Mapping) and "Value" in found else None

    def resource(self, logical_id: str) -> BoundResource | None:
        """A resource by its logical id."""
        return self._all.get(logical_id)


class BoundResource:
    """One resource of a template with its entry. Properties are resolved one by one, when they are asked for."""

    def __init__(self, stack: BoundStack, logical_id: str, body: Mapping[str, Any], entry: Entry | None) -> None:
        self.stack = stack
        self.logical_id = logical_id
        self.type: str = body["Type"]
        self.entry = entry
        self.body = body
        properties = body.get("Properties")
        self._raw: Mapping[str, Any] = properties if isinstance(properties, Mapping) else {}
        self._whole = self._raw if _is_call(self._raw) else None
        self._resolved: dict[str, Value] = {}
        self._returned: dict[str | None, Value] = {}

    @property
    def exists(self) -> Truth:
        """Whether the template creates this resource: false under a condition that is false, None when undecided."""
        condition = self.body.get("Condition")
        return True if not isinstance(condition, str) else self.stack.conditions.decide(condition)

    def value_of(self, name: str) -> Value:
        """A top-level property, resolved; NO_VALUE when it is not set. One that refers to itself is unresolved."""
        if name not in self._resolved:
            self._resolved[name] = _IN_PROGRESS
            self._resolved[name] = self._resolve(name)
        elif self._resolved[name] is _IN_PROGRESS:
            self.stack.circular.add(self.logical_id)
        return self._resolved[name]

    def _resolve(self, name: str) -> Value:
        if self._whole is not None:
            return Unresolved("the properties are computed by CloudFormation at deploy time")
        if name in self._raw:
            return self.stack.intrinsics.resolve(self._raw[name])
        if name in _ATTRIBUTES and name in self.body:
            return self.stack.intrinsics.resolve(self.body[name])
        return NO_VALUE

    def find(self, path: tuple[str, ...]) -> list[Value]:
        """All values at a property path; `*` steps over lists and objects. Unset ones are left out."""
        return [value for _, value in self.keyed(path)]

    def keyed(self, path: tuple[str, ...]) -> list[tuple[str, Value]]:
        """As `find`, each value with the key or index of its last step."""
        if path == ("Properties",):
            return [("Properties", {name: self.value_of(name) for name in self._raw})]
        if path[0] == "Properties":
            path = path[1:]
        value = self.value_of(path[0])
        if value is NO_VALUE or value is None:
            return []
        return walk(value, path[1:]) if len(path) > 1 else [(path[0], value)]

    @property
    def _is_named(self) -> bool:
        """Whether the entry says how the resource gets its name; else `${Name}` may be a property of that name."""
        return self.entry is not None and (self.entry.naming.property is not None or self.entry.naming.generated != "*")

    @property
    def name(self) -> Value:
        """The physical name: the naming property, else the pattern of the generated name."""
        naming = self.entry.naming if self.entry is not None else None
        if naming is None:
            return MINTED
        if naming.property is not None:
            found = self.find(naming.property)
            if found:
                return _lower(found[0]) if naming.lower else found[0]
        return text_of_pattern(
            generated_name(
                naming.generated,
                stack_name=pattern(self.stack.pseudo["AWS::StackName"]),
                logical_id=self.logical_id,
                limit=naming.limit,
                lower=naming.lower,
            )
        )

    def lookup(self, name: str) -> Value:
        """The value of a `${…}` place of the entry: a reserved name, one of the entry's ARNs, or a property path."""
        reserved = _RESERVED.get(name)
        if reserved is not None:
            return self.stack.pseudo[reserved]
        if name == "LogicalId":
            return self.logical_id
        if name == "Name" and (self._is_named or not self.find(("Name",))):
            return self.name
        if self.entry is not None and name in self.entry.arns:
            return fill(self.entry.arns[name], lookup_with_references(self.lookup))
        return single(self.find(tuple(name.split("."))))

    @cached_property
    def inner(self) -> BoundStack | None:
        """The stack that this resource makes: of a nested stack whose template is at hand."""
        if self.stack.inner is None or self.type != "AWS::CloudFormation::Stack":
            return None
        return self.stack.inner(self)

    def returned(self, attribute: str | None) -> Value:
        """What `Ref` or `Fn::GetAtt` gives."""
        if attribute not in self._returned:
            self._returned[attribute] = _IN_PROGRESS
            self._returned[attribute] = self._return(attribute)
        elif self._returned[attribute] is _IN_PROGRESS:
            self.stack.circular.add(self.logical_id)
        return self._returned[attribute]

    def _return(self, attribute: str | None) -> Value:
        text = self.entry.returns.get(attribute or "Ref") if self.entry is not None else None
        if text is not None:
            value = fill(text, lookup_with_references(self.lookup))
            return MINTED if value is NO_VALUE else value
        if self.entry is not None and attribute is not None and attribute.endswith("Arn") and "self" in self.entry.arns:
            return self.lookup("self")
        if attribute is not None and attribute.startswith(_OUTPUT) and self.inner is not None:
            output = self.inner.output(attribute.removeprefix(_OUTPUT))
            if output is not None:
                return output
        what = "Ref" if attribute is None else f"Fn::GetAtt {attribute}"
        return Unresolved(f"what `{what}` of `{self.type}` returns is only known after its creation")

    @property
    def tagged(self) -> Truth:
        """Whether any tag reaches the resource: its own, or the stack's."""
        if self.entry is not None and self.entry.stack_tags and self.stack.stack.tags:
            return True
        name = self.entry.tag_property if self.entry is not None else None
        if name is None:
            return False
        own = self.value_of(name)
        if is_incomplete(own):
            return None
        return bool(own) if own is not NO_VALUE else False


def _lower(value: Value) -> Value:
    """A name as the service writes it: some keep names in lower case whatever the template says."""
    if isinstance(value, Text):
        return Text(tuple(part.lower() if isinstance(part, str) else part for part in value.parts))
    return value.lower() if isinstance(value, str) else value


def single(found: Sequence[Value]) -> Value:
    """One value for the values found at a path."""
    if not found:
        return NO_VALUE
    return found[0] if len(found) == 1 else Either(tuple(found))


_IN_PROGRESS: Final = Unresolved("refers to itself")
"""What a property or a return value is while it is being resolved: seen again, it goes round."""

_ATTRIBUTES: Final = ("UpdatePolicy", "CreationPolicy", "DeletionPolicy", "UpdateReplacePolicy")
"""Attributes beside the properties that clauses may ask about; no type has properties of these names."""

_RESERVED: Final = {
    "Partition": "AWS::Partition",
    "Region": "AWS::Region",
    "Account": "AWS::AccountId",
    "StackName": "AWS::StackName",
}


def _is_call(raw: Mapping[str, Any]) -> bool:
    return len(raw) == 1 and next(iter(raw)).startswith("Fn::")
