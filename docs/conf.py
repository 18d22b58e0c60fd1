# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sphinx settings of the documentation site; docs/build.sh copies this beside the pages."""

from __future__ import annotations

project = "baremetal.flink"
copyright = "the baremetal.flink maintainers"  # pylint: disable=redefined-builtin
extensions = ["myst_parser", "sphinx_antsibull_ext"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
html_theme = "sphinx_ansible_theme"
html_title = "baremetal.flink"
html_show_sphinx = False
highlight_language = "yaml"
# Role and plugin pages link to Ansible's own manual, which is not part of this site.
default_role = "any"
suppress_warnings = ["ref.any", "ref.ref"]
nitpicky = False
