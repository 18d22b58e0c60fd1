# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Throw-away systemd hosts: debootstrapped once, an overlay each, booted by systemd-nspawn on one bridge.

The hosts are bare: an init, sshd, python3, sudo and what apt needs. Everything else is for the roles to install.
"""
