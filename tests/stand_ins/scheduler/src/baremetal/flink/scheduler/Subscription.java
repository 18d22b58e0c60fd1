// Copyright: the baremetal.flink maintainers
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
package baremetal.flink.scheduler;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.mesos.Protos.Credential;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stays subscribed with whichever master leads, and tells a listener what happens; calls go out in their order, on a thread of their own.
 *
 * The protocol of the JNI driver knows no stream. So a break is first answered with a new subscription, and a master that has
 * removed the framework since it subscribed it is taken for silent: libmesos is not told of a teardown either, and its framework
 * goes on, without offers, until another master leads or the process starts again.
 */
final class Subscription implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);
    private static final String REMOVED = "Framework has been removed";
    private static final long SHORTEST_PAUSE = 100;
    private static final long LONGEST_PAUSE = 2_000;
    private static final long LAST_CALL_SECONDS = 5;

    private final Detector detector;
    private final ObjectNode frameworkInfo;
    private final Credential credential;
    private final Listener listener;
    private final ExecutorService calls = Workers.one("mesos-calls");
    private volatile MasterSession opened;
    private volatile MasterSession session;
    private volatile boolean closed;
    private boolean connected;
    private String subscribedWith;
    private Detector.Leader silent;

    /** What a subscription tells; all of it on one thread. */
    interface Listener {
        /** Any event but ERROR. */
        void event(JsonNode event);

        /** No master has the framework subscribed any more; another SUBSCRIBED will follow. */
        void disconnected();

        /** The master refuses the framework for good; nothing will follow. */
        void refused(String message);
    }

    Subscription(String master, ObjectNode frameworkInfo, Credential credential, Listener listener) {
        this.frameworkInfo = frameworkInfo;
        this.credential = credential;
        this.listener = listener;
        detector = new Detector(master, this::leaderChanged);
    }

    void start() {
        Workers.thread(this::run, "mesos-subscription").start();
        detector.start();
    }

    /** Whether a master has the framework subscribed; of a silent one it is still believed. */
    synchronized boolean connected() {
        return connected;
    }

    /** Sends a call soon. It is dropped when the subscription that it was meant for is gone by then. */
    void call(ObjectNode call) {
        MasterSession meant = session;
        if (meant == null) {
            LOG.info("No master listens to {}", call.path("type").asText());
            return;
        }
        calls.execute(() -> send(meant, call));
    }

    /** Removes the framework from the master; returns when it has answered, or after five seconds. */
    void teardown() {
        call(Messages.object().put("type", "TEARDOWN"));
        calls.shutdown();
        try {
            if (!calls.awaitTermination(LAST_CALL_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("TEARDOWN was not answered within {} s", LAST_CALL_SECONDS);
            }
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        calls.shutdown();
        detector.close();
        leaderChanged(null);
    }

    private void send(MasterSession meant, ObjectNode call) {
        if (meant != session) {
            LOG.info("The master that {} was meant for is gone", call.path("type").asText());
            return;
        }
        try {
            meant.call(call);
        } catch (IOException error) {
            LOG.warn("A call failed: {}", error.toString());
        }
    }

    /** Ends the stream of a master that leads no more; the thread that reads from it goes on from there. */
    private void leaderChanged(Detector.Leader now) {
        MasterSession old = opened;
        if (old != null && (now == null || !now.id.equals(old.masterId()))) {
            old.close();
        }
    }

    private void run() {
        long pause = SHORTEST_PAUSE;
        try {
            while (!closed) {
                Detector.Leader leader = detector.await(silent, LONGEST_PAUSE);
                if (leader == null) {
                    silent = null;
                    lost();
                } else if (!leader.equals(silent)) {
                    silent = null;
                    pause = follow(leader) ? SHORTEST_PAUSE : Math.min(2 * pause, LONGEST_PAUSE);
                    detector.await(leader, pause);
                }
            }
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
        }
    }

    /** Subscribes and reads events until the stream ends; returns whether there was a subscription. */
    private boolean follow(Detector.Leader leader) {
        boolean subscribed = false;
        try (MasterSession stream = MasterSession.subscribe(leader.address, frameworkInfo, credential)) {
            opened = stream;
            for (JsonNode event = stream.event(); event != null && !closed; event = stream.event()) {
                if ("ERROR".equals(event.path("type").asText())) {
                    refused(leader, event.path("error").path("message").asText());
                    return true;
                }
                if (!leader.equals(detector.leader())) {
                    break;
                }
                if ("SUBSCRIBED".equals(event.path("type").asText())) {
                    subscribed = true;
                    enter(stream);
                }
                listener.event(event);
            }
            LOG.info("The stream of events of the master at {} ended", stream.address());
        } catch (MasterSession.RefusedException error) {
            if (error.forGood) {
                refused(leader, error.getMessage());
                return true;
            }
            LOG.info("The master at {} does not subscribe the framework: {}", leader, error.getMessage());
        } catch (IOException | RuntimeException error) {
            LOG.info("The connection to the master at {} failed: {}", leader, error.toString());
        } finally {
            opened = null;
            session = null;
        }
        if (!subscribed) {
            lost();
        }
        return subscribed;
    }

    private void enter(MasterSession stream) {
        lost();
        LOG.info("Framework {} is subscribed with the master at {}", stream.frameworkId(), stream.address());
        frameworkInfo.putObject("id").put("value", stream.frameworkId());
        subscribedWith = stream.masterId();
        session = stream;
        synchronized (this) {
            connected = true;
        }
    }

    private void lost() {
        synchronized (this) {
            if (!connected) {
                return;
            }
            connected = false;
        }
        if (!closed) {
            listener.disconnected();
        }
    }

    private void refused(Detector.Leader leader, String message) {
        boolean same = leader.id == null || leader.id.equals(subscribedWith);
        if (connected() && same && message.contains(REMOVED)) {
            LOG.info("The master at {} has removed the framework and would not have told a driver of libmesos: going on in silence", leader);
            silent = leader;
            return;
        }
        LOG.error("The master at {} refuses the framework: {}", leader, message);
        if (!closed) {
            listener.refused(message);
        }
        close();
    }
}
