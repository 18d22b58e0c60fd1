// Copyright: the baremetal.flink maintainers
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
package baremetal.flink.scheduler;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.concurrent.ExecutorService;

import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.mesos.Protos;
import org.apache.mesos.Scheduler;
import org.apache.mesos.SchedulerDriver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is behind a driver: calls of the v1 API out of the driver's methods, and one thread that calls the Scheduler back. */
public final class Connection implements Subscription.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final Scheduler scheduler;
    private final SchedulerDriver driver;
    private final Protos.FrameworkInfo framework;
    private final String master;
    private final Protos.Credential credential;
    private final Events events;
    private final ExecutorService callbacks = Workers.one("mesos-scheduler");
    private volatile boolean stopped;
    private Subscription subscription;

    public Connection(
        Scheduler scheduler, SchedulerDriver driver, Protos.FrameworkInfo framework, String master, boolean acknowledges,
        Protos.Credential credential) {
        this.scheduler = scheduler;
        this.driver = driver;
        this.framework = complete(framework);
        this.master = master;
        this.credential = credential;
        events = new Events(scheduler, driver, acknowledges);
    }

    /** Begins to look for a master; who does not make sense gets error() called, as from libmesos. */
    public void start() {
        try {
            ObjectNode info = Messages.toJson(framework, org.apache.mesos.v1.Protos.FrameworkInfo.getDefaultInstance());
            subscription = new Subscription(master, info, credential, this);
            subscription.start();
        } catch (IOException | IllegalArgumentException error) {
            refused("Failed to create a master detector for '" + master + "': " + error.getMessage());
        }
    }

    /** Calls nobody back any more. Unless for a failover, the master is told to remove the framework and its tasks. */
    public void stop(boolean failover) {
        stopped = true;
        if (subscription != null) {
            if (!failover) {
                subscription.teardown();
            }
            subscription.close();
        }
        callbacks.shutdown();
    }

    public void plain(String type) {
        send(Messages.object().put("type", type));
    }

    public void request(Collection<Protos.Request> requests) throws IOException {
        ObjectNode call = Messages.object().put("type", "REQUEST");
        ArrayNode array = call.putObject("request").putArray("requests");
        for (Protos.Request request : requests) {
            array.add(Messages.toJson(request, org.apache.mesos.v1.Protos.Request.getDefaultInstance()));
        }
        send(call);
    }

    /** While nobody listens, the tasks to be launched are lost at once; libmesos does the same. */
    public void accept(Collection<Protos.OfferID> offerIds, Collection<Protos.Offer.Operation> operations, Protos.Filters filters)
        throws IOException {
        if (subscription == null || !subscription.connected()) {
            operations.forEach(operation -> operation.getLaunch().getTaskInfosList().forEach(this::drop));
            return;
        }
        ObjectNode call = Messages.object().put("type", "ACCEPT");
        ObjectNode accept = call.putObject("accept");
        ArrayNode ids = accept.putArray("offer_ids");
        offerIds.forEach(id -> ids.add(value(id.getValue())));
        ArrayNode array = accept.putArray("operations");
        for (Protos.Offer.Operation operation : operations) {
            array.add(Messages.toJson(operation, org.apache.mesos.v1.Protos.Offer.Operation.getDefaultInstance()));
        }
        accept.set("filters", Messages.toJson(filters, org.apache.mesos.v1.Protos.Filters.getDefaultInstance()));
        send(call);
    }

    public void decline(Protos.OfferID offerId, Protos.Filters filters) throws IOException {
        ObjectNode call = Messages.object().put("type", "DECLINE");
        ObjectNode decline = call.putObject("decline");
        decline.putArray("offer_ids").add(value(offerId.getValue()));
        decline.set("filters", Messages.toJson(filters, org.apache.mesos.v1.Protos.Filters.getDefaultInstance()));
        send(call);
    }

    public void kill(Protos.TaskID taskId) {
        ObjectNode call = Messages.object().put("type", "KILL");
        call.putObject("kill").set("task_id", value(taskId.getValue()));
        send(call);
    }

    /** Updates without a uuid are not the agent's, and nobody waits for their acknowledgement. */
    public void acknowledge(Protos.TaskStatus update) {
        if (!update.hasUuid()) {
            return;
        }
        ObjectNode call = Messages.object().put("type", "ACKNOWLEDGE");
        ObjectNode acknowledge = call.putObject("acknowledge");
        acknowledge.set("agent_id", value(update.getSlaveId().getValue()));
        acknowledge.set("task_id", value(update.getTaskId().getValue()));
        acknowledge.put("uuid", update.getUuid().toByteArray());
        send(call);
    }

    public void message(Protos.ExecutorID executorId, Protos.SlaveID slaveId, byte[] data) {
        ObjectNode call = Messages.object().put("type", "MESSAGE");
        ObjectNode message = call.putObject("message");
        message.set("agent_id", value(slaveId.getValue()));
        message.set("executor_id", value(executorId.getValue()));
        message.put("data", data);
        send(call);
    }

    /** With no tasks: all of them. */
    public void reconcile(Collection<Protos.TaskStatus> statuses) {
        ObjectNode call = Messages.object().put("type", "RECONCILE");
        ArrayNode tasks = call.putObject("reconcile").putArray("tasks");
        for (Protos.TaskStatus status : statuses) {
            ObjectNode task = tasks.addObject();
            task.set("task_id", value(status.getTaskId().getValue()));
            if (status.hasSlaveId()) {
                task.set("agent_id", value(status.getSlaveId().getValue()));
            }
        }
        send(call);
    }

    @Override
    public void event(JsonNode event) {
        later(() -> {
            try {
                events.deliver(event);
            } catch (IOException error) {
                LOG.error("An event cannot be understood: {}", event, error);
            }
        });
    }

    @Override
    public void disconnected() {
        later(() -> scheduler.disconnected(driver));
    }

    @Override
    public void refused(String message) {
        // On the callbacks' thread, but past `later`: a driver that has aborted calls back for this alone.
        callbacks.execute(() -> {
            if (driver.abort() == Protos.Status.DRIVER_ABORTED) {
                scheduler.error(driver, message);
            }
        });
    }

    private void drop(Protos.TaskInfo task) {
        Protos.TaskStatus lost = Protos.TaskStatus.newBuilder()
            .setTaskId(task.getTaskId())
            .setSlaveId(task.getSlaveId())
            .setState(Protos.TaskState.TASK_LOST)
            .setSource(Protos.TaskStatus.Source.SOURCE_MASTER)
            .setReason(Protos.TaskStatus.Reason.REASON_MASTER_DISCONNECTED)
            .setMessage("Master disconnected")
            .setTimestamp(System.currentTimeMillis() / 1000.0)
            .build();
        later(() -> events.update(lost));
    }

    private void send(ObjectNode call) {
        if (subscription != null) {
            subscription.call(call);
        }
    }

    /** A callback that throws ends the driver, as it does under JNI. */
    private void later(Runnable callback) {
        if (stopped) {
            return;
        }
        callbacks.execute(() -> {
            if (stopped) {
                return;
            }
            try {
                callback.run();
            } catch (RuntimeException | Error error) {
                LOG.error("The scheduler threw an exception: the driver aborts", error);
                driver.abort();
            }
        });
    }

    private static ObjectNode value(String id) {
        return Messages.object().put("value", id);
    }

    /** libmesos fills in who and where it is. */
    private static Protos.FrameworkInfo complete(Protos.FrameworkInfo framework) {
        Protos.FrameworkInfo.Builder builder = framework.toBuilder();
        if (framework.getUser().isEmpty()) {
            builder.setUser(System.getProperty("user.name"));
        }
        if (framework.getHostname().isEmpty()) {
            try {
                builder.setHostname(InetAddress.getLocalHost().getHostName());
            } catch (UnknownHostException error) {
                LOG.warn("This host does not know its own name", error);
            }
        }
        return builder.build();
    }
}
