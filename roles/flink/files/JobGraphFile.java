// Copyright: the baremetal.flink maintainers
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

import java.io.File;
import java.io.FileOutputStream;
import java.io.ObjectOutputStream;
import java.net.URL;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import org.apache.flink.api.common.JobID;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.client.program.PackagedProgramUtils;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.plugin.PluginUtils;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;

/**
 * Writes the job graph that mesos-appmaster-job.sh reads (FileJobGraphRetriever, internal.jobgraph-path); Flink has no command for it.
 * Runs the program's main() as `flink run` does, with the configuration in FLINK_CONF_DIR. Flink 1.11 to 1.13.
 *
 * Compiled on the host by Janino, which Flink's table jars bring along, so neither generics to infer nor lambdas may be used here.
 */
public class JobGraphFile {
    public static void main(String[] arguments) throws Exception {
        File jar = new File(arguments[0]).getCanonicalFile();
        String entryClass = arguments[1];
        File target = new File(arguments[2]);
        JobID job = JobID.fromHexString(arguments[3]);
        String savepoint = arguments[4];
        boolean allowNonRestored = Boolean.parseBoolean(arguments[5]);
        String[] programArguments = (String[]) Arrays.copyOfRange(arguments, 6, arguments.length);

        Configuration configuration = GlobalConfiguration.loadConfiguration();
        FileSystem.initialize(configuration, PluginUtils.createPluginManagerFromRootFolder(configuration));
        SavepointRestoreSettings restore = savepoint.isEmpty()
            ? SavepointRestoreSettings.none() : SavepointRestoreSettings.forPath(savepoint, allowNonRestored);
        PackagedProgram program = PackagedProgram.newBuilder()
            .setJarFile(jar)
            .setEntryPointClassName(entryClass)
            .setConfiguration(configuration)
            .setSavepointRestoreSettings(restore)
            .setArguments(programArguments)
            .build();
        List jars = program.getJobJarAndDependencies();
        if (jars.size() > 1) {
            System.err.println("job graph: " + jar + " has jars inside its lib/, which TaskManagers would not find: unpack them into it (shade)");
            System.exit(3);
        }
        JobGraph graph = PackagedProgramUtils.createJobGraph(
            program, configuration, configuration.getInteger(CoreOptions.DEFAULT_PARALLELISM), job, false);
        // The jar lies at the same place on every host; nobody uploads it for a job that no client submits.
        URL place = jar.toURI().toURL();
        graph.setClasspaths(Collections.singletonList(place));

        ObjectOutputStream out = new ObjectOutputStream(new FileOutputStream(target));
        out.writeObject(graph);
        out.close();
        System.out.println("job graph: " + graph.getName() + " (" + graph.getJobID() + "), parallelism " + graph.getMaximumParallelism());
        System.exit(0);
    }
}
