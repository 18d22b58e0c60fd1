# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.document import Document

TEXT = """# head

a: 1   # one
  b : 2
c:3
\ta: 4 # four
# tail"""


def edited(text, *calls):
    document = Document(text)
    for name, *arguments in calls:
        getattr(document, name)(*arguments)
    return document.render()


@pytest.mark.parametrize("text", ["", TEXT, TEXT + "\n", "a: 1\r\nb: 2\rc: 3\n", "\ufeffa: 1", "a: \x85\u2028"])
def test_an_unedited_document_is_the_text_it_was_made_from(text):
    assert Document(text).render() == text


def test_a_value_is_changed_in_its_place_and_keeps_its_comment():
    assert edited("x: 0\na: 1   # one\ny: 2\n", ("set", "a", "9")) == "x: 0\na: 9   # one\ny: 2\n"


def test_a_comment_without_a_gap_gets_one():
    assert edited("a: 1#one\n", ("set", "a", "9")) == "a: 9 #one\n"


def test_a_line_that_reads_right_is_left_alone():
    assert edited("  b : 2  # x\n", ("set", "b", "2")) == "  b : 2  # x\n"


def test_duplicates_fold_to_the_last_line():
    document = Document(TEXT)
    assert document.fold_duplicates() == ["a"]
    assert document.render() == "# head\n\n  b : 2\nc:3\n\ta: 4 # four\n# tail"


def test_setting_a_duplicate_keeps_the_last_place():
    assert edited(TEXT, ("set", "a", "5")) == "# head\n\n  b : 2\nc:3\na: 5 # four\n# tail"


def test_a_new_key_goes_to_the_end():
    assert edited("a: 1", ("set", "b", "2")) == "a: 1\nb: 2\n"
    assert edited("a: 1\r\n", ("set", "b", "2")) == "a: 1\r\nb: 2\r\n"
    assert edited("", ("set", "b", "2")) == "b: 2\n"


def test_a_former_name_is_replaced_where_it_stands():
    text = "old: 1 # why\nx: 0\nolder: 2\n"
    assert edited(text, ("set", "new", "3", ["old", "older"])) == "x: 0\nnew: 3\n"
    assert edited("new: 1\n" + text, ("set", "new", "3", ["old", "older"])) == "new: 3\nx: 0\n"


def test_removed_keys_leave_everything_else():
    assert edited(TEXT, ("remove", "a", "none")) == "# head\n\n  b : 2\nc:3\n# tail"


def test_a_key_can_be_set_again_after_it_was_removed():
    assert edited("a: 1\nb: 2\n", ("remove", "a"), ("set", "a", "3"), ("set", "a", "4")) == "b: 2\na: 4\n"


def test_skipped_lines_are_counted_from_one():
    assert Document(TEXT).skipped() == [5]


def test_a_key_of_the_start_script_is_written_so_that_sed_sees_it():
    text = "\tenv.log.dir: /a\nenv.pid.dir: /b\r\nx: 1\renv.ssh.opts: c\ny: 2"
    document = Document(text)
    assert document.hidden_from_scripts() == ["env.log.dir", "env.pid.dir"]
    document.set("env.log.dir", "/a")
    document.set("env.pid.dir", "/b")
    document.set("env.ssh.opts", "d")
    assert document.render() == "env.log.dir: /a\nenv.pid.dir: /b\nx: 1\nenv.ssh.opts: d\ny: 2"
    assert document.hidden_from_scripts() == []
