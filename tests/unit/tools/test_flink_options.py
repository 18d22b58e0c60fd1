# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reader of distributions, on classes that are written here byte by byte."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile

import pytest
from ansible_collections.baremetal.flink.tests.unit.tools.class_writer import AASTORE, ARETURN, RETURN, ClassWriter
from ansible_collections.baremetal.flink.tools.flink_options.classfile import ClassFile, NotAClass, instructions, parameters
from ansible_collections.baremetal.flink.tools.flink_options.distribution import Distribution, DistributionError
from ansible_collections.baremetal.flink.tools.flink_options.merge import OrderError, merge
from ansible_collections.baremetal.flink.tools.flink_options.reading import Reading, iso, memory, shortest
from ansible_collections.baremetal.flink.tools.flink_options.values import Duration

CONFIG = "org/apache/flink/configuration/"
OPTION, OPTIONS = CONFIG + "ConfigOption", CONFIG + "ConfigOptions"
BUILDER, TYPED = OPTIONS + "$OptionBuilder", OPTIONS + "$TypedConfigOptionBuilder"
CONFIGURATION = CONFIG + "Configuration"
STRING = "Ljava/lang/String;"
UNSET = f"()L{OPTION};"
SET = f"(Ljava/lang/Object;)L{OPTION};"


def jar(*classes: ClassWriter) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for each in classes:
            archive.writestr(each.name + ".class", each.data())
    return stream.getvalue()


@pytest.fixture
def said(tmp_path):
    """What the program says of a distribution of these classes."""
    def read(*classes: ClassWriter):
        (tmp_path / "flink-core.jar").write_bytes(jar(*classes))
        return Reading(Distribution([tmp_path])).run()

    return read


def key(writer: ClassWriter, name: str) -> bytes:
    return writer.ldc(name) + writer.static(OPTIONS, "key", f"({STRING})L{BUILDER};")


def options_class(*declared, name: str = CONFIG + "CoreOptions", **field) -> ClassWriter:
    """A class of options; each is (field, code that leaves the option on the stack)."""
    writer = ClassWriter(name)
    code = b""
    for constant, make in declared:
        writer.field(constant, f"L{OPTION};", **field)
        code += make(writer) + writer.put(constant, f"L{OPTION};")
    writer.method("<clinit>", "()V", code + RETURN)
    return writer


def typed(name: str, kind: str, default=None, unset: bool = False):
    """key(name).kindType().defaultValue(default) or .noDefaultValue()"""
    def make(writer: ClassWriter) -> bytes:
        code = key(writer, name) + writer.virtual(BUILDER, kind, f"()L{TYPED};")
        return code + (writer.virtual(TYPED, "noDefaultValue", UNSET) if unset else default(writer) + writer.virtual(TYPED, "defaultValue", SET))

    return make


def boxed(number: int, kind: str = "Integer", primitive: str = "I"):
    return lambda writer: writer.ldc(number) + writer.static(f"java/lang/{kind}", "valueOf", f"({primitive})Ljava/lang/{kind};")


def test_an_option_has_its_type_default_and_field(said):
    options = said(options_class(("PORT", typed("rest.port", "intType", boxed(8081)))))["options"]
    assert options == {"rest.port": {"type": "int", "default": 8081, "class": "org.apache.flink.configuration.CoreOptions"}}


def test_an_option_in_the_old_form_has_the_type_of_its_default(said):
    def with_default(default):
        return lambda writer: key(writer, "a.b") + default(writer) + writer.virtual(BUILDER, "defaultValue", SET)

    def without(writer):
        return key(writer, "a.b") + writer.virtual(BUILDER, "noDefaultValue", UNSET)

    found = [said(options_class(("X", make)))["options"]["a.b"] for make in (
        with_default(boxed(1, "Boolean", "Z")), with_default(lambda writer: writer.ldc("text")), without,
    )]
    assert [(each["type"], each["default"]) for each in found] == [("bool", True), ("string", "text"), ("string", None)]


def test_deprecated_and_fallback_keys(said):
    def make(writer):
        code = typed("a.new", "stringType", unset=True)(writer)
        code += writer.strings(["a.old", "a.older"]) + writer.virtual(OPTION, "withDeprecatedKeys", f"([{STRING})L{OPTION};")
        return code + writer.strings(["a.other"]) + writer.virtual(OPTION, "withFallbackKeys", f"([{STRING})L{OPTION};")

    option = said(options_class(("NEW", make), deprecated=True))["options"]["a.new"]
    assert option["deprecated_keys"] == [{"key": "a.old"}, {"key": "a.older"}] and option["fallback_keys"] == [{"key": "a.other"}]
    assert option["deprecated"] is True


def test_of_two_declarations_the_one_that_is_not_deprecated_counts(said):
    old = options_class(("A", typed("a.wait", "intType", boxed(1))), name=CONFIG + "AOptions", deprecated=True)
    new = options_class(("B", typed("a.wait", "stringType", lambda writer: writer.ldc("1 s"))), name=CONFIG + "BOptions")
    assert said(old, new)["options"]["a.wait"]["class"] == "org.apache.flink.configuration.BOptions"


def test_an_option_that_stands_in_two_fields_is_deprecated_only_if_both_are(said):
    writer = ClassWriter(CONFIG + "AOptions")
    writer.field("NEW", f"L{OPTION};")
    writer.field("OLD", f"L{OPTION};", deprecated=True)
    code = typed("a.b", "stringType", unset=True)(writer) + b"\x59" + writer.put("NEW", f"L{OPTION};") + writer.put("OLD", f"L{OPTION};")
    writer.method("<clinit>", "()V", code + RETURN)
    assert "deprecated" not in said(writer)["options"]["a.b"]


def test_durations_are_read(said):
    option = said(options_class(("WAIT", typed(
        "a.wait", "durationType", lambda writer: writer.ldc((90,)) + writer.static("java/time/Duration", "ofSeconds", "(J)Ljava/time/Duration;")))))
    assert option["options"]["a.wait"]["default"] == "PT1M30S"


def test_a_default_that_depends_on_something_is_computed_and_not_guessed(said):
    def either(writer):
        first, second = writer.ldc("one"), writer.ldc("two")
        condition = writer.static("java/lang/System", "currentTimeMillis", "()Z") + struct.pack(">Bh", 0x99, 3 + len(first) + 3)
        return condition + first + struct.pack(">Bh", 0xA7, 3 + len(second)) + second

    assert said(options_class(("X", typed("a.b", "stringType", either))))["options"]["a.b"]["default"] == {"computed": True}


def test_a_default_of_the_environment_leaves_the_type_that_the_declaration_has(said):
    def make(writer):
        text = writer.ldc("java.io.tmpdir") + writer.static("java/lang/System", "getProperty", f"({STRING}){STRING}")
        return key(writer, "io.tmp.dirs") + text + writer.virtual(BUILDER, "defaultValue", SET)

    option = said(options_class(("X", make), signature=f"L{OPTION}<{STRING}>;"))["options"]["io.tmp.dirs"]
    assert option["type"] == "string" and option["default"] == {"computed": True}


def test_an_element_that_is_stored_under_a_condition_is_unknown(said):
    def make(writer):
        store = b"\x59\x03" + writer.ldc("a.sometimes") + AASTORE
        array = struct.pack(">BbBH", 0x10, 1, 0xBD, struct.unpack(">xH", b"\0" + writer.strings([])[3:])[0])
        condition = writer.static("java/lang/System", "currentTimeMillis", "()Z") + struct.pack(">Bh", 0x99, 3 + len(store))
        code = typed("a.new", "stringType", unset=True)(writer) + array + condition + store
        return code + writer.virtual(OPTION, "withDeprecatedKeys", f"([{STRING})L{OPTION};")

    assert said(options_class(("NEW", make)))["options"]["a.new"]["deprecated_keys"] == [{"key": "<>"}]


def test_a_key_with_an_unknown_part_is_a_template(said):
    writer = ClassWriter("org/apache/flink/runtime/Limits")
    code = writer.ldc("fs.") + b"\x2a" + writer.virtual("java/lang/String", "concat", f"({STRING}){STRING}")
    code += writer.static(OPTIONS, "key", f"({STRING})L{BUILDER};") + writer.virtual(BUILDER, "noDefaultValue", UNSET) + ARETURN
    writer.method("option", f"({STRING})L{OPTION};", code)
    assert said(writer)["options"]["fs.<>"]["type"] == "string"


BUILDS = "java/lang/StringBuilder"


@pytest.mark.parametrize("branch, keys", [(b"", ["a.b"]), (b"\x99", [])])
def test_a_string_that_is_built_is_known_when_each_part_is_always_there(said, branch, keys):
    writer = ClassWriter("org/apache/flink/runtime/Built")
    append = writer.virtual(BUILDS, "append", f"({STRING})L{BUILDS};")
    second = b"\x2a" + writer.ldc("b") + append + b"\x57"
    code = writer.new(BUILDS) + writer.ldc("a.") + append + b"\x4b"
    if branch:
        code += writer.static("java/lang/System", "currentTimeMillis", "()Z") + struct.pack(">ch", branch, 3 + len(second))
    code += second + b"\x2a" + writer.virtual(BUILDS, "toString", f"(){STRING}") + writer.static(OPTIONS, "key", f"({STRING})L{BUILDER};")
    writer.method("option", "()V", code + writer.virtual(BUILDER, "noDefaultValue", UNSET) + b"\x57" + RETURN)
    found = said(writer)
    assert list(found["options"]) == keys and (found["unresolved"] == []) is bool(keys)


def reader(*keys: str) -> ClassWriter:
    """A class that reads keys without an option, through a method that is given them."""
    writer = ClassWriter("org/apache/flink/runtime/util/HadoopUtils")
    writer.method("read", f"(L{CONFIGURATION};{STRING}){STRING}",
                  b"\x2a\x2b\x01" + writer.virtual(CONFIGURATION, "getString", f"({STRING}{STRING}){STRING}") + ARETURN)
    calls = [b"\x2a" + writer.ldc(each) + writer.static(writer.name, "read", f"(L{CONFIGURATION};{STRING}){STRING}") + b"\x57" for each in keys]
    writer.method("all", f"(L{CONFIGURATION};)V", b"".join(calls) + RETURN)
    return writer


def test_a_key_that_is_read_as_a_constant_is_found_where_it_is_read(said):
    found = said(reader("fs.hdfs.hadoopconf", "fs.hdfs.hdfssite"))
    assert found["read"] == {name: ["org/apache/flink/runtime/util/HadoopUtils"] for name in ("fs.hdfs.hadoopconf", "fs.hdfs.hdfssite")}
    assert not found["options"] and not found["mentioned"]
    assert found["unresolved"] == ["org/apache/flink/runtime/util/HadoopUtils reads a key that is not known (getString)"]


def test_a_declared_key_is_no_constant(said):
    found = said(reader("rest.port"), options_class(("PORT", typed("rest.port", "intType", boxed(1)))))
    assert not found["read"] and list(found["options"]) == ["rest.port"]


def test_a_constant_that_nothing_loads_is_dead(said):
    constants = ClassWriter(CONFIG + "ConfigConstants")
    constants.field("OLD", STRING, constant="jobmanager.web.old")
    user = ClassWriter("org/apache/flink/runtime/User")
    user.field("OLD", STRING, constant="jobmanager.web.older")
    user.method("use", "()V", user.ldc("jobmanager.web.used") + b"\x57" + RETURN)
    assert list(said(constants, user)["mentioned"]) == ["jobmanager.web.used"]


def test_what_keys_begin_with_is_a_prefix(said):
    factory = ClassWriter("org/apache/flink/fs/openstackhadoop/SwiftFileSystemFactory")
    factory.field("PREFIXES", f"[{STRING}")
    factory.method("<clinit>", "()V", factory.strings(["s3.", "fs.s3a."]) + factory.put("PREFIXES", f"[{STRING}") + RETURN)
    factory.method("lambda", f"({STRING}L{CONFIGURATION};)Z",
                   b"\x2a" + factory.ldc("swift.") + factory.virtual("java/lang/String", "startsWith", f"({STRING})Z") + b"\xac")
    assert list(said(factory)["prefixes"]) == ["fs.s3a.", "s3.", "swift."]


def test_sources_of_classes(tmp_path):
    core = jar(options_class(("PORT", typed("rest.port", "intType", boxed(1)))))
    nested, package = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(nested, "w") as archive:
        archive.writestr("flink-rpc.jar", core)
    with tarfile.open(fileobj=package, mode="w:gz") as tar:
        for name, data in (("lib/flink-dist.jar", nested.getvalue()), ("bin/config.sh", b'KEY_ENV_PID_DIR="env.pid.dir"\n')):
            member = tarfile.TarInfo(f"apache-flink-1/deps/{name}")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    (tmp_path / "apache-flink-1.tar.gz").write_bytes(package.getvalue())
    with zipfile.ZipFile(tmp_path / "apache_flink-1-py3-none-any.whl", "w") as archive:
        archive.writestr("pyflink/lib/flink-dist.jar", core)
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "flink-core.jar").write_bytes(core)
    for name in ("apache-flink-1.tar.gz", "apache_flink-1-py3-none-any.whl", "lib", "lib/flink-core.jar"):
        assert list(Reading(Distribution([tmp_path / name])).run()["options"]) == ["rest.port"], name
    assert Reading(Distribution([tmp_path / "apache-flink-1.tar.gz"])).run()["script"] == ["env.pid.dir"]


def test_what_holds_no_flink_is_refused(tmp_path):
    with pytest.raises(DistributionError, match="no jar in .* holds classes of Flink"):
        Distribution([tmp_path])
    (tmp_path / "notes.txt").write_text("")
    with pytest.raises(DistributionError, match="is no directory, jar, wheel or source package"):
        Distribution([tmp_path / "notes.txt"])


@pytest.mark.parametrize("data", [b"", b"PK\3\4", ClassWriter("a/B").data()[:30]])
def test_what_is_no_class_file_is_said(data):
    with pytest.raises(NotAClass):
        ClassFile(data)


def test_instructions_of_every_length_are_told_apart():
    switch = b"\x03\xaa\0\0" + struct.pack(">iiiii", 19, 0, 1, 19, 20)
    code = switch + b"\xc4\x84" + struct.pack(">Hh", 300, -5) + b"\xc4\x15\x01\x00" + b"\x84\x01\xff" + b"\xb1"
    found = list(instructions(code))
    assert [each.opcode for each in found] == [0x03, 0xAA, 0x84, 0x15, 0x84, 0xB1]
    assert found[1].targets == (20, 20, 21) and (found[2].operand, found[2].extra) == (300, -5) and found[4].extra == -1
    lookup = b"\xab\0\0\0" + struct.pack(">iiii", 20, 1, 7, 21) + b"\xb1\xb1"
    assert [(each.at, each.targets) for each in instructions(lookup)] == [(0, (20, 21)), (20, ()), (21, ())]


def test_descriptors():
    assert parameters(f"(IJ[[{STRING}{STRING}Z)V") == (["I", "J", f"[[{STRING}", STRING, "Z"], "V")


def test_values_are_written_as_java_prints_them():
    assert [iso(Duration(nanos)) for nanos in (0, 5 * 10**8, 60 * 10**9, 5400 * 10**9)] == ["PT0S", "PT0.5S", "PT1M", "PT1H30M"]
    assert [memory(count) for count in (0, 1500, 20480, 128 << 20, 1 << 30)] == ["0 bytes", "1500 bytes", "20 kb", "128 mb", "1 gb"]
    assert shortest(struct.unpack(">f", struct.pack(">f", 0.1))[0]) == 0.1


def release(version, **said):
    return {"version": version, "jars": {}, "options": {}, "read": {}, "prefixes": {}, "mentioned": {}, "modules": {}, **said}


def option(**said):
    return {"type": "string", "default": None, "class": "A", **said}


def test_versions_are_merged_in_their_order():
    later = option(type="int", default=1, deprecated_keys=[{"key": "old"}], deprecated=True)
    merged = merge([release("1.10.3", options={"a.b": later}), release("1.9.3", options={"a.b": option()}), release("2.3.0", options={"a.b": later})])
    assert list(merged["releases"]) == ["1.9", "1.10", "2.3"]
    assert merged["options"]["a.b"] == {
        "versions": ["1.9", "1.10", "2.3"], "type": "int", "type_changes": {"1.9": "string", "1.10": "int"},
        "default": 1, "default_changes": {"1.9": None, "1.10": 1}, "class": "A", "marked_deprecated_in": ["1.10", "2.3"],
        "deprecated_keys": [{"key": "old", "versions": ["1.10", "2.3"]}],
    }


@pytest.mark.parametrize("key, owner, of_the_cluster", [
    ("charset", "formats.raw.RawFormatOptions", False), ("jobName", "metrics.prometheus.PrometheusPushGatewayReporterOptions", False),
    ("path", "connector.file.table.FileSystemConnectorOptions", False),
    ("source.reader.close.timeout", "connector.base.source.reader.SourceReaderOptions", True),
    ("table.catalog-store.kind", "table.catalog.CommonCatalogOptions", True), ("rest.port", "configuration.RestOptions", True),
])
def test_options_of_one_table_are_told_from_those_of_the_cluster(key, owner, of_the_cluster):
    merged = merge([release("2.3.0", options={key: option(**{"class": f"org.apache.flink.{owner}"})})])
    assert list(merged["options"]) == ([key] if of_the_cluster else [])


def test_a_newer_version_is_added_to_a_table():
    old = {"a.b": option(default="x", type="enum", enum=["A"]), "a.c": option()}
    new = {"a.b": option(default="y", type="enum", enum=["A", "B"], deprecated_keys=[{"key": "a.d"}]), "a.e": option()}
    reader = ["org/apache/flink/runtime/A"]
    three = [
        release("1.9.3", options=old, read={"r.a": reader}, mentioned={"m.a": reader}), release("1.10.3", options=old, prefixes={"p.": reader}),
        release("2.0.1", options=new, read={"r.a": reader}, prefixes={"p.": reader}, mentioned={"m.a": reader, "m.b": reader}),
    ]
    assert merge(three[2:], merge(three[:2])) == merge(three)
    with pytest.raises(OrderError, match="1.10 is not newer than what is there"):
        merge(three[1:2], merge(three[:2]))


def test_words_of_an_enum_are_those_of_each_version():
    words = {"1.9.3": ["A"], "1.10.3": ["A"], "1.11.4": ["A", "B"]}
    merged = merge([release(version, options={"a.b": option(type="enum", enum=each)}) for version, each in words.items()])
    assert merged["options"]["a.b"]["enum"] == {"1.9": ["A"], "1.11": ["A", "B"]}


def test_what_comes_back_to_its_first_default_keeps_all_changes():
    merged = merge([release(version, options={"a.b": option(default=default)}) for version, default in (("1.9.3", "x"), ("1.10.3", "y"), ("1.11.4", "x"))])
    assert merged["options"]["a.b"]["default_changes"] == {"1.9": "x", "1.10": "y", "1.11": "x"}


@pytest.mark.parametrize("readers, read", [
    (["org/apache/flink/runtime/util/HadoopUtils"], True),
    (["org/apache/flink/runtime/operators/util/TaskConfig"], False),
    (["org/apache/flink/runtime/operators/util/TaskConfig", "org/apache/flink/runtime/util/HadoopUtils"], True),
])
def test_what_one_task_is_configured_with_is_no_key_of_the_cluster(readers, read):
    assert list(merge([release("1.9.3", read={"a.b": readers})])["read"]) == (["a.b"] if read else [])


def test_of_a_version_without_the_module_that_reads_a_key_nobody_can_tell():
    reader = "org/apache/flink/runtime/webmonitor/A"
    web = {"modules": {reader: "flink-runtime-web"}, "read": {"a.b": [reader]}, "options": {"a.c": option(**{"class": reader.replace("/", ".")})}}
    merged = merge([
        release("1.2.1", jars={"flink-core-1.2.1.jar": ""}), release("1.3.3", jars={"flink-runtime-web_2.11-1.3.0.jar": ""}, **web),
        release("1.4.2", jars={"flink-runtime-web_2.11-1.4.2.jar": ""}), release("1.5.6", jars={"flink-core-1.5.6.jar": ""}),
        release("1.9.3", jars={"flink-dist_2.11-1.9.3.jar": ""}),
    ])
    for entry in (merged["read"]["a.b"], merged["options"]["a.c"]):
        # 1.4 has the module without the key, and 1.9 has none of it, so neither had 1.5.
        assert (entry["versions"], entry["untold"]) == (["1.3"], ["1.2"])


def test_a_distribution_has_no_file_system_beside_hadoops():
    owner = "org.apache.flink.fs.osshadoop.OSSFileSystemFactory"
    oss = {"modules": {owner.replace(".", "/"): "flink-oss-fs-hadoop"}, "options": {"oss.size": option(**{"class": owner})}}
    merged = merge([release("1.13.6", jars={"flink-dist_2.11-1.13.6.jar": ""}), release("1.14.6", jars={"flink-oss-fs-hadoop-1.14.6.jar": ""}, **oss)])
    assert merged["options"]["oss.size"]["untold"] == ["1.13"]


def test_words_that_are_no_keys_are_left_out():
    places = {"a.b": ["org/apache/flink/runtime/A"], "format.type": ["org/apache/flink/table/descriptors/A"], "Status.JVM": ["org/apache/flink/runtime/A"]}
    assert merge([release("1.9.3", mentioned=places)])["mentioned"] == {"a.b": ["1.9"]}
