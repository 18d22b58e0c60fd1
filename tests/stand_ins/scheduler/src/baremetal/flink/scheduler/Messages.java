// Copyright: the baremetal.flink maintainers
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
package baremetal.flink.scheduler;

import java.io.IOException;
import java.util.Map;

import org.apache.flink.mesos.shaded.com.google.protobuf.ByteString;
import org.apache.flink.mesos.shaded.com.google.protobuf.Descriptors.EnumValueDescriptor;
import org.apache.flink.mesos.shaded.com.google.protobuf.Descriptors.FieldDescriptor;
import org.apache.flink.mesos.shaded.com.google.protobuf.Message;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Mesos' mapping between protobuf messages and JSON: field names as they are, enums by name, bytes in Base64, numbers as numbers.
 *
 * Flink speaks v0 messages (slave_id), the HTTP API v1 messages (agent_id). Their wire format is the same, so one becomes the other
 * through its bytes. Fields and enum values that this Mesos API does not know are left out: 1.9.3 has Mesos 1.0.1, 1.12.5 has 1.7.0.
 */
final class Messages {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Messages() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static JsonNode parse(byte[] text) throws IOException {
        return MAPPER.readTree(text);
    }

    static byte[] print(JsonNode json) throws IOException {
        return MAPPER.writeValueAsBytes(json);
    }

    /** A v0 message as the JSON of its v1 counterpart. */
    static ObjectNode toJson(Message v0, Message v1) throws IOException {
        return write(v1.newBuilderForType().mergeFrom(v0.toByteString()).buildPartial());
    }

    /** The JSON of a v1 message as its v0 counterpart; throws when a required field is missing. */
    @SuppressWarnings("unchecked")
    static <T extends Message> T fromJson(JsonNode json, Message v1, T v0) throws IOException {
        Message.Builder builder = v1.newBuilderForType();
        read(json, builder);
        Message.Builder result = v0.newBuilderForType().mergeFrom(builder.buildPartial().toByteString());
        if (!result.isInitialized()) {
            throw new IOException("a field that Mesos requires is missing: " + result.buildPartial() + " from " + json);
        }
        return (T) result.build();
    }

    private static ObjectNode write(Message message) {
        ObjectNode json = object();
        for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
            FieldDescriptor field = entry.getKey();
            if (field.isRepeated()) {
                ArrayNode array = json.putArray(field.getName());
                for (Object each : (Iterable<?>) entry.getValue()) {
                    array.add(writeValue(field, each));
                }
            } else {
                json.set(field.getName(), writeValue(field, entry.getValue()));
            }
        }
        return json;
    }

    private static JsonNode writeValue(FieldDescriptor field, Object value) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        switch (field.getJavaType()) {
            case MESSAGE:
                return write((Message) value);
            case ENUM:
                return nodes.textNode(((EnumValueDescriptor) value).getName());
            case BYTE_STRING:
                return nodes.binaryNode(((ByteString) value).toByteArray());
            case BOOLEAN:
                return nodes.booleanNode((Boolean) value);
            case INT:
                // uint32 and fixed32 come as negative ints from 2^31 on.
                boolean unsigned = field.getType() == FieldDescriptor.Type.UINT32 || field.getType() == FieldDescriptor.Type.FIXED32;
                return nodes.numberNode(unsigned ? ((Integer) value) & 0xffffffffL : (long) (Integer) value);
            case LONG:
                return nodes.numberNode((Long) value);
            case FLOAT:
                return nodes.numberNode((Float) value);
            case DOUBLE:
                return nodes.numberNode((Double) value);
            default:
                return nodes.textNode((String) value);
        }
    }

    private static void read(JsonNode json, Message.Builder builder) throws IOException {
        for (FieldDescriptor field : builder.getDescriptorForType().getFields()) {
            JsonNode node = json.get(field.getName());
            if (node == null || node.isNull()) {
                continue;
            }
            if (!field.isRepeated()) {
                Object value = readValue(field, node, builder);
                if (value != null) {
                    builder.setField(field, value);
                }
                continue;
            }
            for (JsonNode each : node) {
                Object value = readValue(field, each, builder);
                if (value != null) {
                    builder.addRepeatedField(field, value);
                }
            }
        }
    }

    /** Null for an enum value that is not known here. */
    private static Object readValue(FieldDescriptor field, JsonNode node, Message.Builder parent) throws IOException {
        switch (field.getJavaType()) {
            case MESSAGE:
                Message.Builder nested = parent.newBuilderForField(field);
                read(node, nested);
                return nested.buildPartial();
            case ENUM:
                return field.getEnumType().findValueByName(node.asText());
            case BYTE_STRING:
                return ByteString.copyFrom(node.binaryValue());
            case BOOLEAN:
                return node.asBoolean();
            case INT:
                return (int) node.asLong();
            case LONG:
                return node.asLong();
            case FLOAT:
                return (float) node.asDouble();
            case DOUBLE:
                return node.asDouble();
            default:
                return node.asText();
        }
    }
}
