// Copyright: the baremetal.flink maintainers
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
package baremetal.flink.scheduler;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.mesos.Protos;
import org.apache.mesos.Scheduler;
import org.apache.mesos.SchedulerDriver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns events of the HTTP API into calls of a Scheduler, on the thread that it is called on. */
final class Events {
    private static final Logger LOG = LoggerFactory.getLogger(Events.class);

    private final Scheduler scheduler;
    private final SchedulerDriver driver;
    private final boolean acknowledges;
    private boolean registered;

    Events(Scheduler scheduler, SchedulerDriver driver, boolean acknowledges) {
        this.scheduler = scheduler;
        this.driver = driver;
        this.acknowledges = acknowledges;
    }

    /** Everything but ERROR, which is the driver's own. */
    void deliver(JsonNode event) throws IOException {
        String type = event.path("type").asText();
        switch (type) {
            case "SUBSCRIBED":
                subscribed(event.path("subscribed"));
                break;
            case "OFFERS":
                offers(event.path("offers").path("offers"));
                break;
            case "RESCIND":
                scheduler.offerRescinded(driver, Protos.OfferID.newBuilder().setValue(id(event.path("rescind"), "offer_id")).build());
                break;
            case "UPDATE":
                update(taskStatus(event.path("update").path("status")));
                break;
            case "MESSAGE":
                JsonNode message = event.path("message");
                scheduler.frameworkMessage(driver, executor(message), agent(message), message.path("data").binaryValue());
                break;
            case "FAILURE":
                failure(event.path("failure"));
                break;
            case "HEARTBEAT":
                break;
            default:
                // Inverse offers and operation updates: the JNI driver has no callback for them either.
                LOG.info("An event that this driver passes to nobody: {}", type);
        }
    }

    /** An update, wherever it comes from; without a uuid it is not acknowledged. */
    void update(Protos.TaskStatus status) {
        scheduler.statusUpdate(driver, status);
        if (acknowledges && status.hasUuid()) {
            driver.acknowledgeStatusUpdate(status);
        }
    }

    private void subscribed(JsonNode subscribed) throws IOException {
        Protos.MasterInfo master = Messages.fromJson(
            subscribed.path("master_info"), org.apache.mesos.v1.Protos.MasterInfo.getDefaultInstance(), Protos.MasterInfo.getDefaultInstance());
        if (registered) {
            scheduler.reregistered(driver, master);
            return;
        }
        registered = true;
        scheduler.registered(driver, Protos.FrameworkID.newBuilder().setValue(id(subscribed, "framework_id")).build(), master);
    }

    private void offers(JsonNode json) throws IOException {
        List<Protos.Offer> offers = new ArrayList<>();
        for (JsonNode each : json) {
            offers.add(Messages.fromJson(each, org.apache.mesos.v1.Protos.Offer.getDefaultInstance(), Protos.Offer.getDefaultInstance()));
        }
        scheduler.resourceOffers(driver, offers);
    }

    private void failure(JsonNode failure) {
        if (failure.has("executor_id")) {
            scheduler.executorLost(driver, executor(failure), agent(failure), failure.path("status").asInt());
        } else {
            scheduler.slaveLost(driver, agent(failure));
        }
    }

    private static Protos.TaskStatus taskStatus(JsonNode json) throws IOException {
        return Messages.fromJson(json, org.apache.mesos.v1.Protos.TaskStatus.getDefaultInstance(), Protos.TaskStatus.getDefaultInstance());
    }

    private static Protos.ExecutorID executor(JsonNode json) {
        return Protos.ExecutorID.newBuilder().setValue(id(json, "executor_id")).build();
    }

    private static Protos.SlaveID agent(JsonNode json) {
        return Protos.SlaveID.newBuilder().setValue(id(json, "agent_id")).build();
    }

    private static String id(JsonNode json, String field) {
        return json.path(field).path("value").asText();
    }
}
