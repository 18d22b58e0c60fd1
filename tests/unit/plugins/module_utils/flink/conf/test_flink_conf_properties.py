# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is asked for: it is refused, or Flink's reader gives it back and everything else is as before."""

from __future__ import annotations

from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.catalogue import Catalogue
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.document import Document
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.line_rules import as_text
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.plan import Plan, Request
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.reader import java_lines, read, read_line
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

KNOWN = Catalogue(12).known_keys()
PIECES = st.sampled_from([": ", ":", "#", " ", "\t", "\r", "\n", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u00a0", "\ufeff", '"', "'", "\\", "é", "😀", "a"])
HARD = st.lists(st.one_of(PIECES, st.sampled_from(KNOWN), st.text(max_size=3)), max_size=12).map("".join)
LINES = st.builds("{}{}{}: {}{}{}".format, st.sampled_from(["", " ", "\t"]), st.sampled_from(KNOWN[::25] + ["foo"]), st.sampled_from(["", " "]),
                  st.sampled_from(["1", "a b", "x: y", ""]), st.sampled_from(["", " # why", "#"]), st.sampled_from(["\n", "\r\n", "\r"]))
FILES = st.lists(st.one_of(LINES, HARD), max_size=8).map("".join)
KEYS = st.one_of(st.sampled_from(KNOWN), st.text(min_size=1, max_size=8), HARD)
PRINTABLE = st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), min_size=1)
VALUES = st.one_of(HARD, PRINTABLE, st.booleans(), st.integers(), st.floats(), st.none())
ASKED = st.dictionaries(KEYS, VALUES, max_size=5)
VERSIONS = st.sampled_from(["1.2.1", "1.4.2", "1.9.3", "1.10.3", "1.12.5", "1.13.6", "1.17.2", "1.20.5"])

relaxed = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


def planned(before, version, asked, **more):
    """The plan and its outcome; asked-for values that are refused do not count."""
    possible = {}
    for key, value in asked.items():
        try:
            Plan(Request(version=version, settings={**possible, key: value}, unknown_keys="allow", charset="utf-8")).outcome("")
        except InputError:
            continue
        possible[key] = value
    plan = Plan(Request(version=version, settings=possible, unknown_keys="allow", charset="utf-8", **more))
    return possible, plan


@given(FILES)
@relaxed
def test_a_document_is_its_text(text):
    assert Document(text).render() == text
    assert "".join(line + end for line, end in java_lines(text)) == text
    assert Document(text).settings() == read(text)


@given(FILES, VERSIONS, ASKED)
@relaxed
def test_flink_reads_what_was_asked_for_and_the_rest_as_before(before, version, asked):
    possible, plan = planned(before, version, asked)
    after = plan.outcome(before).text
    found, old = read(after), read(before)
    for key, value in possible.items():
        name = plan.renamed.get(key, key)
        if value is None:
            assert plan.catalogue.current_name(key) not in found
        else:
            text = as_text(key, value)
            assert found[name] in ((text, text.lower()) if text.lower() in ("true", "false") else (text,))
    named = set(plan.wanted) | set(plan.gone)
    touched = named | {other for key in named for other in plan.catalogue.former_names(key) + plan.catalogue.later_names(key)}
    assert {key: value for key, value in found.items() if key not in touched} == {key: value for key, value in old.items() if key not in touched}


@given(FILES, VERSIONS, ASKED)
@relaxed
def test_a_second_run_changes_nothing(before, version, asked):
    possible, plan = planned(before, version, asked)
    first = plan.outcome(before)
    again = Plan(plan.request).outcome(first.text)
    assert again.text == first.text
    assert (again.changed, again.changes, again.restart, again.duplicates) == (False, {}, [], [])


@given(FILES, VERSIONS, ASKED)
@relaxed
def test_lines_that_are_no_settings_stay_in_their_order(before, version, asked):
    possible, plan = planned(before, version, asked)
    # Blank lines between a lone "\r" and a "\n" melt into one terminator when what stood between them goes.
    lines = [[body for body, end in java_lines(text) if body and not read_line(body)] for text in (before, plan.outcome(before).text)]
    assert lines[0] == lines[1]


@given(FILES, VERSIONS, ASKED)
@relaxed
def test_exclusive_leaves_exactly_what_was_asked_for(before, version, asked):
    possible, plan = planned(before, version, asked, exclusive=True)
    outcome = plan.outcome(before)
    assert read(outcome.text) == plan.wanted
    assert not Plan(plan.request).outcome(outcome.text).changed


@given(FILES, st.text(alphabet="ghijklmnopqrstuvwxyz", min_size=12, max_size=20), st.sampled_from(["s3.secret-key", "a.password", "my.Token", "x.apikey"]))
@relaxed
def test_a_secret_is_only_in_the_text(before, secret, key):
    assume(secret not in before)
    outcome = Plan(Request(version="1.12", settings={key: secret, "fs.a": f"b://u:{secret}@h"}, unknown_keys="warn")).outcome(before)
    assert outcome.text.count(secret) == 2
    assert secret not in repr(outcome._replace(text=""))
