// Copyright: the baremetal.flink maintainers
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
package org.apache.mesos;

import java.io.IOException;
import java.util.Collection;
import java.util.Collections;

import baremetal.flink.scheduler.Connection;
import org.apache.mesos.Protos.Credential;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.Filters;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.Offer;
import org.apache.mesos.Protos.OfferID;
import org.apache.mesos.Protos.Request;
import org.apache.mesos.Protos.SlaveID;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskStatus;

/**
 * A stand-in for the class of the same name that drives libmesos through JNI: this one speaks the v1 scheduler HTTP API.
 *
 * In a jar of Flink's lib/ it comes before the one of flink-dist. Constructors, states and callbacks are those of libmesos.
 * What it does not do: TLS towards the master, credentials other than principal and secret (sent as basic authentication), inverse
 * offers, "local" in place of a master, filling in the framework id of executors that lack it.
 */
public class MesosSchedulerDriver implements SchedulerDriver {
    private final Connection connection;
    private Status status = Status.DRIVER_NOT_STARTED;

    public MesosSchedulerDriver(Scheduler scheduler, FrameworkInfo framework, String master) {
        this(scheduler, framework, master, true, null);
    }

    public MesosSchedulerDriver(Scheduler scheduler, FrameworkInfo framework, String master, Credential credential) {
        this(scheduler, framework, master, true, credential);
    }

    public MesosSchedulerDriver(Scheduler scheduler, FrameworkInfo framework, String master, boolean implicitAcknowledgements) {
        this(scheduler, framework, master, implicitAcknowledgements, null);
    }

    public MesosSchedulerDriver(
        Scheduler scheduler, FrameworkInfo framework, String master, boolean implicitAcknowledgements, Credential credential) {
        if (scheduler == null || framework == null || master == null) {
            throw new NullPointerException("a driver needs a scheduler, a FrameworkInfo and a master");
        }
        connection = new Connection(scheduler, this, framework, master, implicitAcknowledgements, credential);
    }

    @Override
    public synchronized Status start() {
        if (status != Status.DRIVER_NOT_STARTED) {
            return status;
        }
        status = Status.DRIVER_RUNNING;
        connection.start();
        return status;
    }

    @Override
    public Status stop(boolean failover) {
        Status before;
        synchronized (this) {
            before = status;
            if (before != Status.DRIVER_RUNNING && before != Status.DRIVER_ABORTED) {
                return before;
            }
            status = Status.DRIVER_STOPPED;
            notifyAll();
        }
        connection.stop(failover);
        return before == Status.DRIVER_ABORTED ? before : Status.DRIVER_STOPPED;
    }

    @Override
    public Status stop() {
        return stop(false);
    }

    @Override
    public Status abort() {
        synchronized (this) {
            if (status != Status.DRIVER_RUNNING) {
                return status;
            }
            status = Status.DRIVER_ABORTED;
            notifyAll();
        }
        connection.stop(true);
        return Status.DRIVER_ABORTED;
    }

    @Override
    public synchronized Status join() {
        try {
            while (status == Status.DRIVER_RUNNING) {
                wait();
            }
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
        }
        return status;
    }

    @Override
    public Status run() {
        Status started = start();
        return started == Status.DRIVER_RUNNING ? join() : started;
    }

    @Override
    public Status requestResources(Collection<Request> requests) {
        return whenRunning(() -> connection.request(requests));
    }

    @Override
    @Deprecated
    public Status launchTasks(OfferID offerId, Collection<TaskInfo> tasks) {
        return launchTasks(Collections.singletonList(offerId), tasks, Filters.getDefaultInstance());
    }

    @Override
    @Deprecated
    public Status launchTasks(OfferID offerId, Collection<TaskInfo> tasks, Filters filters) {
        return launchTasks(Collections.singletonList(offerId), tasks, filters);
    }

    @Override
    public Status launchTasks(Collection<OfferID> offerIds, Collection<TaskInfo> tasks) {
        return launchTasks(offerIds, tasks, Filters.getDefaultInstance());
    }

    @Override
    public Status launchTasks(Collection<OfferID> offerIds, Collection<TaskInfo> tasks, Filters filters) {
        Offer.Operation launch = Offer.Operation.newBuilder()
            .setType(Offer.Operation.Type.LAUNCH)
            .setLaunch(Offer.Operation.Launch.newBuilder().addAllTaskInfos(tasks))
            .build();
        return acceptOffers(offerIds, Collections.singletonList(launch), filters);
    }

    @Override
    public Status acceptOffers(Collection<OfferID> offerIds, Collection<Offer.Operation> operations, Filters filters) {
        return whenRunning(() -> connection.accept(offerIds, operations, filters));
    }

    @Override
    public Status declineOffer(OfferID offerId) {
        return declineOffer(offerId, Filters.getDefaultInstance());
    }

    @Override
    public Status declineOffer(OfferID offerId, Filters filters) {
        return whenRunning(() -> connection.decline(offerId, filters));
    }

    @Override
    public Status killTask(TaskID taskId) {
        return whenRunning(() -> connection.kill(taskId));
    }

    @Override
    public Status reviveOffers() {
        return whenRunning(() -> connection.plain("REVIVE"));
    }

    @Override
    public Status suppressOffers() {
        return whenRunning(() -> connection.plain("SUPPRESS"));
    }

    @Override
    public Status acknowledgeStatusUpdate(TaskStatus update) {
        return whenRunning(() -> connection.acknowledge(update));
    }

    @Override
    public Status sendFrameworkMessage(ExecutorID executorId, SlaveID slaveId, byte[] data) {
        return whenRunning(() -> connection.message(executorId, slaveId, data));
    }

    @Override
    public Status reconcileTasks(Collection<TaskStatus> statuses) {
        return whenRunning(() -> connection.reconcile(statuses));
    }

    private synchronized Status whenRunning(Call call) {
        if (status != Status.DRIVER_RUNNING) {
            return status;
        }
        try {
            call.send();
        } catch (IOException error) {
            throw new IllegalArgumentException("this cannot be put into a message: " + error.getMessage(), error);
        }
        return status;
    }

    /** Puts a call into the queue. */
    private interface Call {
        void send() throws IOException;
    }
}
