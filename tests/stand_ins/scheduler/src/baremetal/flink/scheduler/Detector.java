// Copyright: the baremetal.flink maintainers
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
package baremetal.flink.scheduler;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows who leads: a fixed host:port, or zk://[user:password@]host:port[,host:port...]/path, where the masters stand for election;
 * or file:///path of a file that has one of both (MasterDetector::create of src/master/detector/detector.cpp).
 *
 * ZooKeeper is asked twice a second in one session. Who cannot reach it for the time of a session takes the leader for lost, as libmesos.
 */
final class Detector implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Detector.class);
    private static final String SCHEME = "zk://";
    private static final String FILE = "file://";
    private static final String NODE = "json.info_";
    private static final int SESSION_MILLIS = 10_000;
    private static final int POLL_MILLIS = 500;

    private final List<Address> servers = new ArrayList<>();
    private final Consumer<Leader> listener;
    private String identity;
    private String path;
    private Leader leader;
    private String leaderNode;
    private boolean closed;

    /** A leading master; its id is null when only its address was given. */
    static final class Leader {
        final Address address;
        final String id;

        Leader(Address address, String id) {
            this.address = address;
            this.id = id;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Leader && ((Leader) other).address.equals(address) && Objects.equals(((Leader) other).id, id);
        }

        @Override
        public int hashCode() {
            return Objects.hash(address, id);
        }

        @Override
        public String toString() {
            return address + (id == null ? "" : " (" + id + ")");
        }
    }

    /** Throws IllegalArgumentException when the master is named in no way that is known here. */
    Detector(String given, Consumer<Leader> listener) {
        this.listener = listener;
        String master = given;
        while (master.startsWith(FILE)) {
            String file = master.substring(FILE.length());
            try {
                master = new String(Files.readAllBytes(Paths.get(file)), StandardCharsets.UTF_8).trim();
            } catch (IOException error) {
                throw new IllegalArgumentException("Failed to read from file at '" + file + "'", error);
            }
        }
        if (!master.startsWith(SCHEME)) {
            leader = new Leader(Address.parse(master), null);
            return;
        }
        String rest = master.substring(SCHEME.length());
        int slash = rest.indexOf('/');
        if (slash < 0 || slash == rest.length() - 1) {
            throw new IllegalArgumentException("'" + master + "' has no path: expecting zk://host:port,host:port/path");
        }
        path = rest.substring(slash);
        String hosts = rest.substring(0, slash);
        int at = hosts.lastIndexOf('@');
        identity = at < 0 ? null : hosts.substring(0, at);
        for (String server : hosts.substring(at + 1).split(",")) {
            servers.add(Address.parse(server));
        }
        Collections.shuffle(servers);
    }

    void start() {
        if (path != null) {
            Workers.thread(this::watch, "mesos-detector").start();
        }
    }

    /** The leader, or null; waits this long for one that is not `known`. */
    synchronized Leader await(Leader known, long millis) throws InterruptedException {
        long end = System.currentTimeMillis() + millis;
        for (long left = millis; !closed && Objects.equals(leader, known) && left > 0; left = end - System.currentTimeMillis()) {
            wait(left);
        }
        return leader;
    }

    synchronized Leader leader() {
        return leader;
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    private synchronized boolean pause(long millis) throws InterruptedException {
        if (!closed) {
            wait(millis);
        }
        return !closed;
    }

    private void watch() {
        long heard = System.currentTimeMillis();
        try {
            for (int turn = 0; pause(turn == 0 ? 1 : POLL_MILLIS); turn++) {
                Address server = servers.get(turn % servers.size());
                try (ZooKeeperClient client = new ZooKeeperClient(server, SESSION_MILLIS, identity)) {
                    do {
                        look(client);
                        heard = System.currentTimeMillis();
                    } while (pause(POLL_MILLIS));
                } catch (IOException | RuntimeException error) {
                    LOG.warn("ZooKeeper at {} does not say who leads: {}", server, error.toString());
                    if (System.currentTimeMillis() - heard > SESSION_MILLIS) {
                        change(null, null);
                    }
                }
            }
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(ZooKeeperClient client) throws IOException {
        String lowest = null;
        for (String name : client.children(path)) {
            if (name.startsWith(NODE) && (lowest == null || name.compareTo(lowest) < 0)) {
                lowest = name;
            }
        }
        if (lowest != null && lowest.equals(leaderNode)) {
            return;
        }
        byte[] data = lowest == null ? null : client.data(path + "/" + lowest);
        if (data == null) {
            change(null, null);
            return;
        }
        JsonNode info = Messages.parse(data);
        JsonNode address = info.path("address");
        change(new Leader(new Address(address.path("ip").asText(), address.path("port").asInt()), info.path("id").asText()), lowest);
    }

    private void change(Leader now, String node) {
        synchronized (this) {
            leaderNode = node;
            if (closed || Objects.equals(leader, now)) {
                return;
            }
            leader = now;
            notifyAll();
        }
        LOG.info(now == null ? "No master leads" : "The master at {} leads", now);
        listener.accept(now);
    }
}
