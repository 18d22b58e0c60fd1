// Copyright: the baremetal.flink maintainers
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
package baremetal.flink.scheduler;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads that keep no JVM alive, as those of libmesos. */
final class Workers {
    private Workers() {}

    static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** One thread that works in the order of asking; what comes after its shutdown is dropped. */
    static ExecutorService one(String name) {
        return new ThreadPoolExecutor(
            1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> thread(task, name), new ThreadPoolExecutor.DiscardPolicy());
    }
}
