#!/usr/bin/python
# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All files of a layer in one round trip, and the units that run with them."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: host_files
version_added: "0.1.0"
author: "The baremetal.flink maintainers (@baremetal-flink)"
short_description: Directories, files, templates, links and units of a layer in one round trip
description:
  - Renders all templates of a layer on the controller and applies them, with directories, links, owners and modes, in a single
    module execution.
  - Every entry is judged before the first is touched, so that a bad entry changes nothing.
  - Files and links are replaced atomically. A run that was killed leaves each path either old or new.
  - After the files come O(units), in the same execution, as M(baremetal.flink.host_units) brings them to their states. That is the way to
    write what a daemon reads and to learn whether it runs with it, where nothing has to happen in between.
options:
  entries:
    description:
      - The wanted paths, applied in this order.
      - Each has exactly one of O(entries[].template), O(entries[].content), O(entries[].source), O(entries[].link) and
        O(entries[].state).
    type: list
    elements: dict
    suboptions:
      path:
        description:
          - Absolute path on the host. Each entry has it, or O(entries[].paths).
        type: path
      paths:
        description:
          - Several paths that are wanted alike. With none of them the entry is nothing.
        type: list
        elements: path
        version_added: "0.3.0"
      when:
        description:
          - With V(false) the entry is passed over, and its template is not rendered. Two entries may be for one path if one of them holds.
        type: bool
        default: true
        version_added: "0.3.0"
      template:
        description:
          - Jinja template, searched as M(ansible.builtin.template) does, in C(templates/) of the role.
        type: str
      content:
        description:
          - The text of the file. A dictionary or list is written as JSON.
        type: raw
      source:
        description:
          - File on the controller, searched as M(ansible.builtin.copy) does, in C(files/) of the role. Not a template.
        type: str
      link:
        description:
          - Target of a symbolic link.
        type: str
      state:
        description:
          - V(directory) makes a directory; missing parents are made with mode C(0755).
          - V(absent) removes a file, a link or a whole directory.
        type: str
        choices: [directory, absent]
      owner:
        description:
          - User name or number. Without it, and without O(owner), the owner stays as it is.
        type: str
      group:
        description:
          - Group name or number. Without it, and without O(group), the group stays as it is.
        type: str
      mode:
        description:
          - Permissions as a quoted octal string.
        type: raw
      secret:
        description:
          - Whether the text must never be shown in a diff. Unless a mode is given, only the owner may read the file.
          - Of other texts a diff leaves out what is a secret by the name of its setting (C(NAME_PASSWORD=...)), and passwords in URLs and options.
        type: bool
        default: false
      backup:
        description:
          - Whether to keep a copy of a file that is replaced or removed.
        type: bool
        default: false
      force:
        description:
          - With V(false) a file that exists keeps its text; owner and mode are still applied.
        type: bool
        default: true
      vars:
        description:
          - Variables for this template only.
        type: dict
  entries_of:
    description:
      - The name of the variable that has the entries, in the place of O(entries).
      - Variables that they and their templates go by are worked out once then, and not again for each of them, which saves the controller most
        of its time where there are many. With ansible-core before 2.19 it makes no difference.
    type: str
    version_added: "0.3.0"
  owner:
    description:
      - Owner of entries that name none.
    type: str
  group:
    description:
      - Group of entries that name none.
    type: str
  mode:
    description:
      - Permissions of files that name none, as a quoted octal string.
      - Without it they get V(0644), secret ones V(0600).
    type: raw
  dir_mode:
    description:
      - Permissions of directories that name none, as a quoted octal string.
    type: raw
    default: "0755"
  units:
    description:
      - Systemd units that are looked at, or brought to their states, once all entries are applied.
      - If one of them fails, the files stay written; the message and RV(changed_paths) name them.
    type: list
    elements: dict
    default: []
    version_added: "0.3.0"
    suboptions:
      name:
        description:
          - The unit's name; C(.service) may be left out.
        type: str
        required: true
      state:
        description:
          - As O(baremetal.flink.host_units#module:units[].state).
        type: str
        choices: [started, stopped, restarted, reloaded, absent, query]
        default: query
      enabled:
        description:
          - Whether the unit starts at boot. Without it that stays as it is.
        type: bool
      watch:
        description:
          - Paths that make the running unit stale when they are newer than its process, as
            O(baremetal.flink.host_units#module:units[].watch). They may be among O(entries).
        type: list
        elements: path
        default: []
  units_of:
    description:
      - The name of the variable that has the units, in the place of O(units), as with O(entries_of).
    type: str
    version_added: "0.3.0"
  restart_stale:
    description:
      - Whether to restart stale units that are to be started.
    type: bool
    default: false
    version_added: "0.3.0"
  wait:
    description:
      - Seconds within which a unit must be up and steady, or stopped.
    type: float
    default: 60
    version_added: "0.3.0"
  settle:
    description:
      - Seconds that a started unit must stay up before it counts as steady. A unit that dies within them fails the task.
    type: float
    default: 2
    version_added: "0.3.0"
  payload:
    description:
      - The rendered texts on their way to the host. Set by the action plugin, never by a task.
    type: str
attributes:
  check_mode:
    support: full
    description:
      - Says what would change. Owners and directories that do not exist yet are taken as made by an earlier task.
      - Units are judged by the files that are there. One that would run with older files than those that would be written is told by
        RV(changed_paths), not by RV(stale); one whose file does not exist yet would be started.
  diff_mode:
    support: full
    description: One difference per file; the text of secrets is hidden. Of units there is nothing to show but the lists.
extends_documentation_fragment: []
seealso:
  - module: baremetal.flink.host_units
notes:
  - SELinux contexts are set to the policy's default for the path where SELinux is enabled.
  - A killed run may leave C(.NAME.ansible-new) beside a file; the next run that changes the file clears it.
"""

EXAMPLES = r"""
- name: Everything that a small service needs
  baremetal.flink.host_files:
    owner: root
    group: root
    entries:
      - path: /etc/example
        state: directory
      - path: /etc/example/example.conf
        content: |
          # {{ ansible_managed | default('Ansible managed') }}
          workers = 2
      - path: /etc/example/password
        content: not-printed
        mode: "0600"
        secret: true
      - path: /etc/example/current
        link: example.conf
      - paths: [/var/lib/example, /var/log/example]
        state: directory
        when: "{{ inventory_hostname in groups['example'] | default([]) }}"

- name: Settings of the journal, and whether it runs with them
  baremetal.flink.host_files:
    entries:
      - path: /etc/systemd/journald.conf.d
        state: directory
      - path: /etc/systemd/journald.conf.d/size.conf
        content: |
          [Journal]
          SystemMaxUse=1G
    units:
      - name: systemd-journald
        watch: [/etc/systemd/journald.conf.d/size.conf]
  register: journal

- name: Restart the journal
  baremetal.flink.host_units:
    units:
      - name: systemd-journald
        state: restarted
  when: journal.stale | length > 0

- name: Remove it again
  baremetal.flink.host_files:
    entries:
      - path: /etc/example
        state: absent
"""

RETURN = r"""
changed_paths:
  description: Paths that were changed, in the order of the entries.
  returned: success, and when one of O(units) fails
  type: list
  elements: str
  sample: ["/etc/zookeeper/zoo.cfg"]
results:
  description: One element per entry.
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: The entry's path.
      type: str
      sample: /etc/zookeeper/zoo.cfg
    kind:
      description: One of content, link, directory and absent.
      type: str
      sample: content
    changed:
      description: Whether this path was changed.
      type: bool
      sample: true
    actions:
      description: What was changed, of created, replaced, content, link, owner, group, mode and removed.
      type: list
      elements: str
      sample: [content, mode]
    backup_file:
      description: The copy of the old file, when one was kept.
      type: str
      sample: /etc/zookeeper/zoo.cfg.4711.2021-08-06@12:00:00~
units:
  description: Every unit by the name that was given, as it is at the end; see RV(baremetal.flink.host_units#module:units).
  returned: success, with O(units)
  type: dict
  sample:
    zookeeper:
      exists: true
      active: active
      sub: running
      pid: 4711
      started_at: 1628244000.25
      enabled: true
      stale: false
      stale_because: []
      suspended: false
      free_mb: {/var/lib/zookeeper/data: 10240}
started:
  description: Units that were started, or would be.
  returned: success, with O(units)
  type: list
  elements: str
  sample: []
restarted:
  description: Units that were restarted, or would be.
  returned: success, with O(units)
  type: list
  elements: str
  sample: []
reloaded:
  description: Units that were reloaded, or would be.
  returned: success, with O(units)
  type: list
  elements: str
  sample: []
stopped:
  description: Units that were stopped, or would be.
  returned: success, with O(units)
  type: list
  elements: str
  sample: []
enabled:
  description: Units that were enabled, or would be.
  returned: success, with O(units)
  type: list
  elements: str
  sample: []
disabled:
  description: Units that were disabled, or would be.
  returned: success, with O(units)
  type: list
  elements: str
  sample: []
removed:
  description: Units whose files were removed, or would be.
  returned: success, with O(units)
  type: list
  elements: str
  sample: []
stale:
  description: Units that still run with older files than those on disk, at the end of the task.
  returned: success, with O(units)
  type: list
  elements: str
  sample: [zookeeper]
"""

from ..module_utils.host.files import SPEC, core
from ..module_utils.module import run_with_module


def main() -> None:
    run_with_module(core=core, **SPEC)


if __name__ == "__main__":
    main()
