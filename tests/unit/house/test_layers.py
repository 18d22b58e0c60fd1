# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What belongs to a layer: whoever adds one to the table of layers is told what is missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.baremetal.flink.plugins.module_utils.layers import LAYERS, QUORUMS, UNITS, WORKERS

ROOT = Path(__file__).resolve().parents[3]
PARTS = (
    "roles/{layer}/README.md", "roles/{layer}/defaults/main.yml", "roles/{layer}/meta/argument_specs.yml",
    *(f"roles/{{layer}}/tasks/{name}.yml" for name in ("main", "variables", "preflight", "install", "configure", "verify", "teardown")),
    "playbooks/{layer}.yml", "plugins/module_utils/{layer}", "plugins/module_utils/{layer}/ports.py",
    "plugins/modules/{layer}_info.py", "extensions/molecule/{layer}/molecule.yml",
    "tests/unit/plugins/module_utils/{layer}",
)
#: Marathon's state is asked for by its REST API, of which `marathon_app_info` is the module.
OTHERWISE = {"plugins/modules/marathon_info.py": "plugins/modules/marathon_app_info.py"}


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_has_all_its_parts(layer):
    wanted = [part.format(layer=layer) for part in PARTS]
    assert [path for path in wanted if not (ROOT / OTHERWISE.get(path, path)).exists()] == []


@pytest.mark.parametrize("layer", LAYERS)
def test_every_playbook_over_all_layers_knows_it(layer):
    named = {"site": f"import_playbook: {layer}.yml", "preflight": f"name: baremetal.flink.{layer}\n", "verify": f"verify_layer: {layer}\n",
             "teardown": f"name: baremetal.flink.{layer}\n"}
    assert [playbook for playbook, words in named.items() if words not in text(f"playbooks/{playbook}.yml")] == []


def test_the_table_of_verify_has_every_host_that_may_have_a_firewall():
    (play,) = (play for play in yaml.safe_load(text("playbooks/verify.yml")) if play["name"] == "The table")
    assert set(play["tasks"][0]["vars"]["verify_all_groups"]) == {group for groups in LAYERS.values() for group in groups}


def test_the_firewall_follows_every_layer():
    (play,) = yaml.safe_load(text("playbooks/security.yml"))
    assert play["tags"] == play["tasks"][1]["ansible.builtin.include_role"]["apply"]["tags"] == ["security", *LAYERS, "job_clusters"]
    roles = [task["ansible.builtin.import_role"]["name"] for task in yaml.safe_load(text("roles/security/tasks/preflight.yml"))[:-1]]
    assert roles == [f"baremetal.flink.{layer}" for layer in LAYERS]


def test_the_order_of_the_layers_is_that_of_site():
    imported = [play["ansible.builtin.import_playbook"].partition(".")[0] for play in yaml.safe_load(text("playbooks/site.yml"))]
    assert [name for name in imported if name in LAYERS] == list(LAYERS)


@pytest.mark.parametrize("layer", LAYERS)
def test_each_of_its_groups_is_one_of_a_quorum_of_workers_or_of_clients(layer):
    placed = {*QUORUMS, *WORKERS, "flink_client"}
    assert [group for group in LAYERS[layer] if group not in placed] == []
    assert not set(QUORUMS) & set(WORKERS)
    assert set(UNITS.get(layer, {})) <= set(LAYERS[layer])


def test_its_inventory_can_be_judged():
    documented = yaml.safe_load(re.search(r'DOCUMENTATION = r"""(.*?)"""', text("plugins/modules/layer_preflight.py"), re.DOTALL).group(1))
    assert documented["options"]["layer"]["choices"] == ["java", *LAYERS, "security"]
    for layer in LAYERS:
        assert (ROOT / "plugins/module_utils" / layer / "preflight.py").exists() and f"layer: {layer}\n" in text(f"roles/{layer}/tasks/preflight.yml")


@pytest.mark.parametrize("layer", LAYERS)
def test_readers_find_it(layer):
    modules, picture = text("README.md").partition("| roles |")[2].partition("\n\n")[0], text("docs/images/architecture.svg")
    assert f"`{layer}`" in modules and layer in picture.lower()
    tags = next(play["tags"] for play in yaml.safe_load(text("playbooks/preflight.yml")) if "tags" in play)
    assert layer in tags
