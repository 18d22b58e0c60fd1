// Copyright: the baremetal.flink maintainers
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
package baremetal.flink.scheduler;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.mesos.Protos.Credential;

/** One subscription with one master over /api/v1/scheduler: its stream of events, and calls in its name. */
final class MasterSession implements Closeable {
    private static final String PATH = "/api/v1/scheduler";
    private static final int MOST_REDIRECTS = 3;
    private static final int LOST_HEARTBEATS = 3;

    private final HttpPost stream;
    private final Address address;
    private final Map<String, String> headers;
    private volatile String frameworkId;
    private volatile String masterId;

    /** A master that answers, and does not subscribe this framework. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        /** Whether asking again cannot help. */
        final boolean forGood;

        RefusedException(int status, String body) {
            super(status == 401 ? "Master refused authentication" : body.isEmpty() ? "Master answered " + status : body);
            forGood = status == 400 || status == 401 || status == 403;
        }
    }

    private MasterSession(HttpPost stream, Address address, Map<String, String> headers) {
        this.stream = stream;
        this.address = address;
        this.headers = headers;
    }

    /** Subscribes, at the master that this one points to if it does not lead itself. */
    static MasterSession subscribe(Address master, ObjectNode frameworkInfo, Credential credential) throws IOException {
        ObjectNode call = Messages.object().put("type", "SUBSCRIBE");
        call.putObject("subscribe").set("framework_info", frameworkInfo);
        if (frameworkInfo.has("id")) {
            call.set("framework_id", frameworkInfo.get("id"));
        }
        Map<String, String> headers = new LinkedHashMap<>();
        if (credential != null) {
            String both = credential.getPrincipal() + ":" + credential.getSecret();
            headers.put("Authorization", "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
        }
        Address address = master;
        for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
            HttpPost post = new HttpPost(address, PATH, headers, Messages.print(call));
            if (post.status() == 200 && post.header("Mesos-Stream-Id") != null) {
                headers.put("Mesos-Stream-Id", post.header("Mesos-Stream-Id"));
                return new MasterSession(post, address, headers);
            }
            try (HttpPost refused = post) {
                if (refused.status() != 307) {
                    throw new RefusedException(refused.status(), refused.text());
                }
                URI location = URI.create(refused.header("Location"));
                address = new Address(location.getHost(), location.getPort());
            }
        }
        throw new IOException("masters point to each other, from " + master + " on");
    }

    /** The next event, or null when the master ended the stream. The first is SUBSCRIBED or ERROR. */
    JsonNode event() throws IOException {
        byte[] record = stream.record();
        if (record == null) {
            return null;
        }
        JsonNode event = Messages.parse(record);
        if ("SUBSCRIBED".equals(event.path("type").asText())) {
            JsonNode subscribed = event.path("subscribed");
            frameworkId = subscribed.path("framework_id").path("value").asText();
            masterId = subscribed.path("master_info").path("id").asText();
            double seconds = subscribed.path("heartbeat_interval_seconds").asDouble(15);
            stream.timeout((int) (LOST_HEARTBEATS * seconds * 1000));
        }
        return event;
    }

    /** Sends a call; anything but 202 is an IOException with what the master says. */
    void call(ObjectNode call) throws IOException {
        call.putObject("framework_id").put("value", frameworkId);
        Map<String, String> once = new LinkedHashMap<>(headers);
        once.put("Connection", "close");
        try (HttpPost post = new HttpPost(address, PATH, once, Messages.print(call))) {
            if (post.status() != 202) {
                throw new IOException(call.path("type").asText() + ": " + address + " answered " + post.status() + " " + post.text());
            }
        }
    }

    String frameworkId() {
        return frameworkId;
    }

    /** Null until the master has subscribed the framework. */
    String masterId() {
        return masterId;
    }

    Address address() {
        return address;
    }

    @Override
    public void close() {
        stream.close();
    }
}
