# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sphinx settings of the documentation site; docs/build.sh copies this beside the pages."""

from __future__ import annotations

import yaml

with open("../../../galaxy.yml", encoding="utf-8") as text:  # sphinx works in docs/_build/rst
    galaxy = yaml.safe_load(text)

project = "baremetal.flink"
copyright = "the baremetal.flink maintainers"  # pylint: disable=redefined-builtin
version = release = galaxy["version"]
extensions = ["myst_parser", "sphinx_antsibull_ext"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
templates_path = ["_templates"]
html_theme = "sphinx_ansible_theme"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_title = html_short_title = f"baremetal.flink {version}"
html_context = {"repository": galaxy["repository"]}
html_show_sphinx = False
html_show_sourcelink = False
highlight_language = "yaml"
# Role and plugin pages link to Ansible's own manual, which is not part of this site; tests/stages/test_docs_site.py follows all other links.
default_role = "any"
suppress_warnings = ["ref.any", "ref.ref"]
nitpicky = False
