// Copyright: the baremetal.flink maintainers
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;

/**
 * Asks the Flink on the classpath, once for all cases.
 *
 * <p>{@code read DIRECTORY}: every sub-directory holds a flink-conf.yaml or a config.yaml; prints "DIRECTORY-NAME KEY VALUE" for each key, and
 * "DIRECTORY-NAME ! REASON" for a file with which Flink does not start.
 *
 * <p>{@code parse FILE NAME}: each line is "TYPE VALUE"; prints "ok" or "refused" for each, as of values in a file of that name.
 *
 * <p>Keys and values are base64 of UTF-8 on both sides.
 */
public final class FlinkReads {

    private static final PrintStream OUT = new PrintStream(System.out, false);

    public static void main(String[] arguments) throws IOException {
        if (arguments[0].equals("read")) {
            read(Paths.get(arguments[1]));
        } else {
            parse(Paths.get(arguments[1]), arguments[2]);
        }
        OUT.flush();
    }

    private static void read(Path root) throws IOException {
        List<Path> directories;
        try (Stream<Path> found = Files.list(root)) {
            directories = found.sorted().collect(Collectors.toList());
        }
        for (Path directory : directories) {
            Map<String, String> settings;
            try {
                settings = GlobalConfiguration.loadConfiguration(directory.toString()).toMap();
            } catch (RuntimeException refused) {
                OUT.println(directory.getFileName() + " ! " + encode(refused.toString()));
                continue;
            }
            for (Map.Entry<String, String> setting : new TreeMap<>(settings).entrySet()) {
                OUT.println(directory.getFileName() + " " + encode(setting.getKey()) + " " + encode(setting.getValue()));
            }
        }
    }

    private static void parse(Path file, String name) throws IOException {
        // From 1.19 on lists and maps are read as the file is that was read last.
        Path last = Files.createTempDirectory("last");
        Files.createFile(last.resolve(name));
        GlobalConfiguration.loadConfiguration(last.toString());
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ", 2);
                OUT.println(takes(words[0], decode(words[1])) ? "ok" : "refused");
            }
        }
    }

    private static boolean takes(String type, String value) {
        Configuration configuration = new Configuration();
        configuration.setString("key", value);
        try {
            configuration.getOptional(option(type));
            return true;
        } catch (IllegalArgumentException | ArithmeticException refused) {
            return false;
        }
    }

    private static ConfigOption<?> option(String type) {
        ConfigOptions.OptionBuilder key = ConfigOptions.key("key");
        switch (type) {
            case "int":
                return key.intType().noDefaultValue();
            case "long":
                return key.longType().noDefaultValue();
            case "float":
                return key.floatType().noDefaultValue();
            case "double":
                return key.doubleType().noDefaultValue();
            case "bool":
                return key.booleanType().noDefaultValue();
            case "memorysize":
                return key.memoryType().noDefaultValue();
            case "duration":
                return key.durationType().noDefaultValue();
            case "map":
                return key.mapType().noDefaultValue();
            case "list":
                return key.stringType().asList().noDefaultValue();
            default:
                throw new IllegalStateException("no such type here: " + type);
        }
    }

    private static String encode(String text) {
        // "=" keeps a column in place when the text is empty.
        return "=" + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String decode(String text) {
        return new String(Base64.getDecoder().decode(text.substring(1)), StandardCharsets.UTF_8);
    }
}
