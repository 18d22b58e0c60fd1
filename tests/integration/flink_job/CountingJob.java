// Copyright: the baremetal.flink maintainers
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.restartstrategy.RestartStrategies;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.source.SourceFunction;

/**
 * Counts the numbers 0, 1, 2, ... exactly. The source checkpoints which number is next; the counter of each of the ten last digits
 * checkpoints how many it has had, and throws when a number comes twice or is left out. The numbers end when the file END in --dir
 * says how many there are; each counter then writes its final count into that directory. As long as there is a file FAIL, every attempt
 * ends; --restarts says how many times it is tried again, instead of what the cluster says.
 *
 * The resource behaviour.txt of the jar makes it a bad one: main (the main method throws), open (no task can be opened) or record (every
 * record throws).
 */
public final class CountingJob {
  private CountingJob() {}

  public static void main(String[] arguments) throws Exception {
    List<String> given = Arrays.asList(arguments);
    String behaviour = behaviour();
    if (behaviour.equals("main")) {
      throw new IllegalStateException("this main method was made to fail");
    }
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    environment.enableCheckpointing(Long.parseLong(after("--checkpoint-ms", given, "300")));
    int restarts = Integer.parseInt(after("--restarts", given, "-1"));
    if (restarts >= 0) {
      environment.setRestartStrategy(RestartStrategies.fixedDelayRestart(restarts, 100L));
    }
    String directory = after("--dir", given, "/nowhere");
    environment.addSource(new Numbers(directory)).uid("numbers").setParallelism(1)
        .keyBy(new LastDigit())
        .map(new Count(directory, behaviour)).uid("count");
    environment.execute("Counting Job of Its Own Name");
  }

  private static String after(String option, List<String> given, String otherwise) {
    int position = given.indexOf(option);
    return position < 0 ? otherwise : given.get(position + 1);
  }

  private static String behaviour() throws Exception {
    InputStream resource = CountingJob.class.getResourceAsStream("/behaviour.txt");
    if (resource == null) {
      return "good";
    }
    try (BufferedReader reader = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
      return reader.readLine().trim();
    }
  }

  /** All numbers, each with how many there will be; so many per second, and as fast as it goes once the end is known. */
  public static final class Numbers implements SourceFunction<Tuple2<Long, Long>>, CheckpointedFunction {
    private static final int PER_SECOND = 500;
    private final String directory;
    private volatile boolean running = true;
    private transient ListState<Long> saved;
    private long next;

    Numbers(String directory) {
      this.directory = directory;
    }

    @Override
    public void run(SourceContext<Tuple2<Long, Long>> context) throws Exception {
      long end = Long.MAX_VALUE;
      int batch = PER_SECOND / 50;
      while (running && next < end) {
        Path file = Paths.get(directory, "END");
        if (Files.exists(Paths.get(directory, "FAIL"))) {
          throw new IllegalStateException("there is a file FAIL");
        }
        if (end == Long.MAX_VALUE && Files.exists(file)) {
          end = Long.parseLong(new String(Files.readAllBytes(file), StandardCharsets.UTF_8).trim());
        }
        synchronized (context.getCheckpointLock()) {
          for (int i = 0; i < batch && next < end; i++) {
            context.collect(Tuple2.of(next++, end));
          }
        }
        if (end == Long.MAX_VALUE) {
          Thread.sleep(20);
        }
      }
    }

    @Override
    public void cancel() {
      running = false;
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
      saved.clear();
      saved.add(next);
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
      saved = context.getOperatorStateStore().getListState(new ListStateDescriptor<>("next", Types.LONG));
      for (Long each : saved.get()) {
        next = each;
      }
    }
  }

  /** No lambda: Flink 1.5 does not understand those that javac makes. */
  public static final class LastDigit implements KeySelector<Tuple2<Long, Long>, Long> {
    @Override
    public Long getKey(Tuple2<Long, Long> numberAndEnd) {
      return numberAndEnd.f0 % 10;
    }
  }

  /** Counts one digit, and knows which number has to come. */
  public static final class Count implements MapFunction<Tuple2<Long, Long>, Long>, CheckpointedFunction {
    private final String directory;
    private final String behaviour;
    private transient ValueState<Long> counted;

    Count(String directory, String behaviour) {
      this.directory = directory;
      this.behaviour = behaviour;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) {
      if (behaviour.equals("open")) {
        throw new IllegalStateException("this task was made to fail when it opens");
      }
      counted = context.getKeyedStateStore().getState(new ValueStateDescriptor<>("counted", Types.LONG));
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) {}

    @Override
    public Long map(Tuple2<Long, Long> numberAndEnd) throws Exception {
      long number = numberAndEnd.f0;
      if (behaviour.equals("record")) {
        throw new IllegalStateException("this task was made to fail with every record");
      }
      long before = counted.value() == null ? 0 : counted.value();
      if (number != before * 10 + number % 10) {
        Files.write(Paths.get(directory, "WRONG"), (number + " came after " + before + " numbers\n").getBytes(StandardCharsets.UTF_8));
        throw new IllegalStateException(number + " came after " + before + " numbers");
      }
      counted.update(before + 1);
      if (number >= numberAndEnd.f1 - 10) {
        Files.write(Paths.get(directory, "count-" + number % 10), Long.toString(before + 1).getBytes(StandardCharsets.UTF_8));
      }
      return before + 1;
    }
  }
}
