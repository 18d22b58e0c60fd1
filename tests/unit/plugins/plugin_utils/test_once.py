# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A variable is worked out once, with the same answer as Ansible's own."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.baremetal.flink.plugins.plugin_utils import once
from ansible_collections.baremetal.flink.plugins.plugin_utils.once import Once

try:
    from ansible.template import trust_as_template as trusted
except ImportError:

    def trusted(value):
        return value


class Counted(Templar):
    """Ansible's, which notes what it was given."""

    def copy_with_new_env(self, **given):
        other = super().copy_with_new_env(**given)
        return SimpleNamespace(template=lambda value, **options: self.given.append(value) or other.template(value, **options))


@pytest.fixture(name="known")
def _known():
    def known(**variables):
        templar = Counted(DataLoader(), variables)
        templar.given = []
        return Once(templar, variables), templar

    return known


def test_what_many_name_is_worked_out_once(known):
    variables = {"name": "flink", "home": trusted("/opt/{{ name }}"), "bin": trusted("{{ home }}/bin"),
                 "files": [{"path": trusted("{{ bin }}/a")}, {"path": trusted("{{ bin }}/b")}, {"path": trusted("{{ home }}/c"), "mode": "0644"}]}
    found, templar = known(**variables)
    assert found.template(variables["files"]) == [{"path": "/opt/flink/bin/a"}, {"path": "/opt/flink/bin/b"}, {"path": "/opt/flink/c", "mode": "0644"}]
    if once.trust_as_template:
        assert templar.given == [variables["home"], variables["bin"], variables["files"]]
        assert found.variables_for("", {})["bin"] == "/opt/flink/bin"
    else:
        assert templar.given == []


def test_what_nobody_needs_may_be_undefined(known):
    found, templar = known(one=trusted("{{ missing.key }}"), two=trusted("{{ one if far else 'two' }}"), far=False)
    assert found.template(trusted("{{ two }}")) == "two"
    with pytest.raises(AnsibleError):
        found.template(trusted("{{ one }}"))


def test_a_template_has_variables_of_its_own(known):
    found, templar = known(process="none", unit=trusted("flink-{{ process }}"), file=trusted("/etc/{{ unit }}"), other=trusted("{{ 1 + 1 }}"))
    assert found.template(trusted("{{ file }} {{ other }}")) == "/etc/flink-none 2"
    variables = found.variables_for(trusted("{{ file }} {{ other }}"), {"process": "jobmanager"})
    assert Templar(DataLoader(), variables).template(trusted("{{ file }} {{ other }}")) == "/etc/flink-jobmanager 2"


def test_what_has_all_variables_in_it_is_left_to_ansible(known):
    everything = {"broken": trusted("{{ missing }}"), "name": "flink"}
    found, templar = known(**everything, vars=everything, said=trusted("{{ vars.name }}"))
    assert found.template(trusted("{{ said }}")) == "flink"
    assert everything not in templar.given and trusted("{{ missing }}") not in templar.given


@pytest.mark.parametrize(("asked", "variables"), [
    ("{{ ('a', 1) in pairs }}", {"pairs": "{{ names | zip([1]) | list }}", "names": ["a"]}),
    ("{{ ('a', 1) in pairs }}", {"pairs": "{{ known.items() | list }}", "known": {"a": 1}}),
    ("{{ '%s=%s' % further }}", {"further": "{{ pair }}", "pair": "{{ (one, 'y') }}", "one": "x"}),
    ("{{ known.keys() | list }}", {"known": {"a": "{{ no_such | default(omit) }}", "b": 1}, "omit": "__omit_place_holder__x"}),
    ("{{ [text, text | length, number + 1, flag] }}", {"text": "{{ (1, 2) | join }}", "number": "{{ [1, 2] | max }}", "flag": "{{ number > 1 }}"}),
])
def test_values_are_those_of_ansible(known, asked, variables):
    trusting = {name: trusted(value) if isinstance(value, str) and "{{" in value else value for name, value in variables.items()}
    if "known" in trusting and once.trust_as_template:
        trusting["known"] = {name: trusted(value) if isinstance(value, str) else value for name, value in trusting["known"].items()}
    found, templar = known(**trusting)
    try:
        expected = Templar(DataLoader(), trusting).template(trusted(asked))
    except AnsibleError:  # ansible-core 2.16 has no numbers in variables
        assert not once.trust_as_template
        return
    assert found.template(trusted(asked)) == expected


def test_what_goes_by_a_template_s_own_variable_is_found_on_every_way(known):
    """Words are not only names of variables: here y seems to go by x, which goes by it."""
    variables = {"process": "global", "z": trusted("{{ process ~ {'x': ''}.x }}"), "y": trusted("{{ z }}"), "x": trusted("{{ y }}")}
    found, templar = known(**variables)
    found.template(trusted("{{ z }}"))
    text = trusted("{{ x }}")
    assert Templar(DataLoader(), found.variables_for(text, {"process": "own"})).template(text) == "own"


def test_a_circle_is_ansible_s_to_refuse(known):
    found, templar = known(one=trusted("{{ two }}"), two=trusted("{{ one }}"))
    with pytest.raises((AnsibleError, RecursionError)):
        found.template(trusted("{{ one }}"))


def test_a_value_never_becomes_a_template(known):
    found, templar = known(text="{{ 1 + 1 }}", said=trusted("{{ text }}!"))
    if not once.trust_as_template:
        assert found.variables_for("{{ said }}", {})["said"] == "{{ text }}!", "2.16 does not tell values from templates: nothing is worked out beforehand"
        return
    assert found.template(trusted("{{ said }}{{ said }}")) == "{{ 1 + 1 }}!{{ 1 + 1 }}!"
