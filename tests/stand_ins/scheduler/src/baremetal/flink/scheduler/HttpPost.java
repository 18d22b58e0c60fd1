// Copyright: the baremetal.flink maintainers
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
package baremetal.flink.scheduler;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One POST over a socket of its own, whose answer may go on for hours and be closed by another thread.
 *
 * The JDK's HttpURLConnection cannot be closed while a thread reads from it, and sends a POST twice when a connection breaks.
 */
final class HttpPost implements Closeable {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int ANSWER_MILLIS = 20_000;

    private final Socket socket = new Socket();
    private final Map<String, String> headers = new HashMap<>();
    private InputStream in;
    private long left;
    private boolean chunked;
    private int status;

    /** Connects, sends and reads as far as the headers of the answer. */
    HttpPost(Address address, String path, Map<String, String> requestHeaders, byte[] body) throws IOException {
        try {
            socket.connect(new InetSocketAddress(address.host, address.port), CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(ANSWER_MILLIS);
            send(address, path, requestHeaders, body);
            in = new BufferedInputStream(socket.getInputStream());
            readHead();
        } catch (IOException | RuntimeException error) {
            close();
            throw error;
        }
    }

    int status() {
        return status;
    }

    /** A header of the answer, or null. */
    String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    /** How long a read may take from now on. */
    void timeout(int millis) throws IOException {
        socket.setSoTimeout(millis);
    }

    /** What is left of the body, as text. */
    String text() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int next = read(); next >= 0; next = read()) {
            all.write(next);
        }
        return new String(all.toByteArray(), StandardCharsets.UTF_8).trim();
    }

    /** The next record of a RecordIO stream ("length, newline, bytes"), or null when the server ended the stream. */
    byte[] record() throws IOException {
        StringBuilder digits = new StringBuilder();
        for (int next = read(); next != '\n'; next = read()) {
            if (next < 0) {
                if (digits.length() == 0) {
                    return null;
                }
                throw new EOFException("the stream ended within the length of a record");
            }
            digits.append((char) next);
        }
        byte[] record;
        try {
            record = new byte[Integer.parseInt(digits.toString().trim())];
        } catch (NumberFormatException error) {
            throw new IOException("not the length of a record: " + digits, error);
        }
        for (int index = 0; index < record.length; index++) {
            int next = read();
            if (next < 0) {
                throw new EOFException("the stream ended within a record");
            }
            record[index] = (byte) next;
        }
        return record;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException error) {
            throw new IllegalStateException("closing a socket failed", error);
        }
    }

    private void send(Address address, String path, Map<String, String> requestHeaders, byte[] body) throws IOException {
        StringBuilder head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: " + address + "\r\n");
        requestHeaders.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Content-Type: application/json\r\nAccept: application/json\r\n");
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        OutputStream out = socket.getOutputStream();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        whole.write(body);
        out.write(whole.toByteArray());
        out.flush();
    }

    private void readHead() throws IOException {
        String first = line();
        String[] parts = first.split(" ", 3);
        if (parts.length < 2 || !parts[0].startsWith("HTTP/1.")) {
            throw new IOException("not an HTTP answer: " + first);
        }
        status = Integer.parseInt(parts[1]);
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(line.substring(0, colon).trim().toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
        }
        chunked = "chunked".equalsIgnoreCase(header("Transfer-Encoding"));
        String length = header("Content-Length");
        // Without a length the body ends with the connection.
        left = chunked ? 0 : length == null ? Long.MAX_VALUE : Long.parseLong(length);
    }

    /** The next byte of the body, or -1 at its end. */
    private int read() throws IOException {
        if (left == 0 && chunked) {
            left = Long.parseLong(line().split(";", 2)[0].trim(), 16);
            chunked = left > 0;
        }
        if (left == 0) {
            return -1;
        }
        int next = in.read();
        if (next < 0) {
            if (chunked) {
                throw new EOFException("the connection broke");
            }
            left = 0;
            return -1;
        }
        left--;
        if (left == 0 && chunked) {
            line();
        }
        return next;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection broke");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }
}
