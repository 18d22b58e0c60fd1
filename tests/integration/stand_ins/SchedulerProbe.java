// Copyright: the baremetal.flink maintainers
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import org.apache.mesos.MesosSchedulerDriver;
import org.apache.mesos.Protos;
import org.apache.mesos.Scheduler;
import org.apache.mesos.SchedulerDriver;

/**
 * A framework by remote control: prints each callback as a line, and does what lines of its input say.
 *
 * Arguments: master, whether it acknowledges by itself, framework id or "", principal and secret or nothing.
 */
public class SchedulerProbe implements Scheduler {
    private Protos.TaskStatus lastUpdate;

    public static void main(String[] args) throws Exception {
        Protos.FrameworkInfo.Builder info = Protos.FrameworkInfo.newBuilder().setUser("").setName("probe").setRole("*");
        info.setFailoverTimeout(604800).setCheckpoint(true);
        if (!args[2].isEmpty()) {
            info.setId(Protos.FrameworkID.newBuilder().setValue(args[2]));
        }
        boolean implicit = Boolean.parseBoolean(args[1]);
        SchedulerProbe probe = new SchedulerProbe();
        MesosSchedulerDriver driver = args.length == 3
            ? new MesosSchedulerDriver(probe, info.build(), args[0], implicit)
            : new MesosSchedulerDriver(probe, info.build(), args[0], implicit,
                Protos.Credential.newBuilder().setPrincipal(args[3]).setSecret(args[4]).build());
        say("status " + driver.reviveOffers());
        say("status " + driver.start());
        Thread joined = new Thread(() -> say("joined " + driver.join()));
        joined.start();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            say("status " + probe.obey(driver, line.split(" ")));
        }
        System.exit(0);
    }

    private Protos.Status obey(SchedulerDriver driver, String[] words) {
        switch (words[0]) {
            case "launch":
                return driver.launchTasks(Collections.singletonList(offer(words[1])), Collections.singletonList(task(words[2])),
                    Protos.Filters.newBuilder().setRefuseSeconds(5).build());
            case "accept":
                Protos.Offer.Operation.Launch launch = Protos.Offer.Operation.Launch.newBuilder().addTaskInfos(task(words[2])).build();
                return driver.acceptOffers(Collections.singletonList(offer(words[1])), Collections.singletonList(
                    Protos.Offer.Operation.newBuilder().setType(Protos.Offer.Operation.Type.LAUNCH).setLaunch(launch).build()),
                    Protos.Filters.newBuilder().setRefuseSeconds(5).build());
            case "decline":
                return driver.declineOffer(offer(words[1]), Protos.Filters.newBuilder().setRefuseSeconds(Double.parseDouble(words[2])).build());
            case "kill":
                return driver.killTask(Protos.TaskID.newBuilder().setValue(words[1]).build());
            case "revive":
                return driver.reviveOffers();
            case "suppress":
                return driver.suppressOffers();
            case "reconcile":
                return driver.reconcileTasks(words.length == 1 ? Collections.emptyList() : Collections.singletonList(
                    Protos.TaskStatus.newBuilder().setTaskId(Protos.TaskID.newBuilder().setValue(words[1])).setSlaveId(agent(words[2]))
                        .setState(Protos.TaskState.TASK_STAGING).build()));
            case "request":
                return driver.requestResources(Collections.singletonList(
                    Protos.Request.newBuilder().setSlaveId(agent(words[1])).addResources(scalar("cpus", 1.5)).build()));
            case "message":
                return driver.sendFrameworkMessage(Protos.ExecutorID.newBuilder().setValue(words[1]).build(), agent(words[2]),
                    words[3].getBytes(StandardCharsets.UTF_8));
            case "acknowledge":
                return driver.acknowledgeStatusUpdate(lastUpdate);
            case "abort":
                return driver.abort();
            case "failover":
                return driver.stop(true);
            case "stop":
                return driver.stop();
            default:
                throw new IllegalArgumentException(Arrays.toString(words));
        }
    }

    /** The task of the recorded session. */
    private static Protos.TaskInfo task(String agent) {
        Protos.CommandInfo.Builder command = Protos.CommandInfo.newBuilder().setValue("env | sort; sleep 3");
        command.addUris(Protos.CommandInfo.URI.newBuilder().setValue("file:///etc/hostname").setExtract(false));
        command.setEnvironment(Protos.Environment.newBuilder().addVariables(
            Protos.Environment.Variable.newBuilder().setName("K").setValue("v")));
        return Protos.TaskInfo.newBuilder().setName("t").setTaskId(Protos.TaskID.newBuilder().setValue("t-1")).setSlaveId(agent(agent))
            .addResources(scalar("cpus", 0.01)).addResources(scalar("mem", 16)).setCommand(command).build();
    }

    private static Protos.Resource scalar(String name, double value) {
        return Protos.Resource.newBuilder().setName(name).setType(Protos.Value.Type.SCALAR)
            .setScalar(Protos.Value.Scalar.newBuilder().setValue(value)).build();
    }

    private static Protos.OfferID offer(String id) {
        return Protos.OfferID.newBuilder().setValue(id).build();
    }

    private static Protos.SlaveID agent(String id) {
        return Protos.SlaveID.newBuilder().setValue(id).build();
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    /** Callbacks must all come on one thread. */
    private static void called(String line) {
        say(Thread.currentThread().getName() + ": " + line);
    }

    @Override
    public void registered(SchedulerDriver driver, Protos.FrameworkID id, Protos.MasterInfo master) {
        called("registered " + id.getValue() + " " + master.getId() + " " + master.getHostname() + " " + master.getPort());
    }

    @Override
    public void reregistered(SchedulerDriver driver, Protos.MasterInfo master) {
        called("reregistered " + master.getId());
    }

    @Override
    public void resourceOffers(SchedulerDriver driver, List<Protos.Offer> offers) {
        for (Protos.Offer offer : offers) {
            StringBuilder line = new StringBuilder("offer " + offer.getId().getValue() + " " + offer.getSlaveId().getValue());
            for (Protos.Resource resource : offer.getResourcesList()) {
                line.append(' ').append(resource.getName()).append('=');
                line.append(resource.hasScalar() ? resource.getScalar().getValue() + "" : resource.getRanges().getRange(0).getBegin() + "");
            }
            called(line.toString());
        }
    }

    @Override
    public void offerRescinded(SchedulerDriver driver, Protos.OfferID id) {
        called("rescinded " + id.getValue());
    }

    @Override
    public void statusUpdate(SchedulerDriver driver, Protos.TaskStatus status) {
        lastUpdate = status;
        called("update " + status.getTaskId().getValue() + " " + status.getState() + " " + status.getSource() + " " + status.getMessage());
        if (status.getMessage().equals("throw")) {
            throw new IllegalStateException("as asked for");
        }
    }

    @Override
    public void frameworkMessage(SchedulerDriver driver, Protos.ExecutorID executor, Protos.SlaveID slave, byte[] data) {
        called("message " + executor.getValue() + " " + slave.getValue() + " " + new String(data, StandardCharsets.UTF_8));
    }

    @Override
    public void disconnected(SchedulerDriver driver) {
        called("disconnected");
    }

    @Override
    public void slaveLost(SchedulerDriver driver, Protos.SlaveID slave) {
        called("slaveLost " + slave.getValue());
    }

    @Override
    public void executorLost(SchedulerDriver driver, Protos.ExecutorID executor, Protos.SlaveID slave, int status) {
        called("executorLost " + executor.getValue() + " " + slave.getValue() + " " + status);
    }

    @Override
    public void error(SchedulerDriver driver, String message) {
        called("error " + message + " " + driver.abort());
    }
}
