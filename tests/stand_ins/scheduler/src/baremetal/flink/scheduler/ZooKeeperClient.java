// Copyright: the baremetal.flink maintainers
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
package baremetal.flink.scheduler;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * As much of a ZooKeeper client as finding a leader needs: one session with one server, children and data of a node.
 *
 * Flink's own client hides in another package in each version and speaks not to all servers; these few messages are the same in all.
 */
final class ZooKeeperClient implements Closeable {
    private static final int GET_DATA = 4;
    private static final int GET_CHILDREN = 8;
    private static final int CLOSE_SESSION = -11;
    private static final int AUTH = 100;
    private static final int AUTH_XID = -4;
    private static final int NO_NODE = -101;
    private static final int AUTH_FAILED = -115;
    private static final int LARGEST = 4 << 20;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final DataOutputStream out;
    private int lastRequest;

    /** Opens a session; with an identity (user:password), as that user. */
    ZooKeeperClient(Address server, int sessionMillis, String identity) throws IOException {
        try {
            socket.connect(new InetSocketAddress(server.host, server.port), sessionMillis / 3);
            socket.setSoTimeout(sessionMillis * 2 / 3);
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            out = new DataOutputStream(socket.getOutputStream());
            greet(sessionMillis);
            if (identity != null) {
                authenticate(identity);
            }
        } catch (IOException | RuntimeException error) {
            socket.close();
            throw error;
        }
    }

    /** The names below a node; none when there is no such node. */
    List<String> children(String path) throws IOException {
        List<String> names = new ArrayList<>();
        DataInputStream answer = ask(GET_CHILDREN, path);
        if (answer != null) {
            for (int left = answer.readInt(); left > 0; left--) {
                names.add(new String(buffer(answer), StandardCharsets.UTF_8));
            }
        }
        return names;
    }

    /** The content of a node; null when there is no such node. */
    byte[] data(String path) throws IOException {
        DataInputStream answer = ask(GET_DATA, path);
        return answer == null ? null : buffer(answer);
    }

    @Override
    public void close() throws IOException {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream message = new DataOutputStream(bytes);
            message.writeInt(++lastRequest);
            message.writeInt(CLOSE_SESSION);
            send(bytes);
        } finally {
            socket.close();
        }
    }

    private void greet(int sessionMillis) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream message = new DataOutputStream(bytes);
        message.writeInt(0);
        message.writeLong(0);
        message.writeInt(sessionMillis);
        message.writeLong(0);
        writeBuffer(message, new byte[16]);
        message.writeBoolean(false);
        send(bytes);
        receive();
    }

    private void authenticate(String identity) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream message = new DataOutputStream(bytes);
        message.writeInt(AUTH_XID);
        message.writeInt(AUTH);
        message.writeInt(0);
        writeBuffer(message, "digest".getBytes(StandardCharsets.UTF_8));
        writeBuffer(message, identity.getBytes(StandardCharsets.UTF_8));
        send(bytes);
        if (check(receive()) == AUTH_FAILED) {
            throw new IOException("ZooKeeper refuses the user of the zk:// URL");
        }
    }

    private DataInputStream ask(int what, String path) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream message = new DataOutputStream(bytes);
        message.writeInt(++lastRequest);
        message.writeInt(what);
        writeBuffer(message, path.getBytes(StandardCharsets.UTF_8));
        message.writeBoolean(false);
        send(bytes);
        DataInputStream answer = receive();
        int error = check(answer);
        if (error == NO_NODE) {
            return null;
        }
        if (error != 0) {
            throw new IOException("ZooKeeper answers " + error + " for " + path);
        }
        return answer;
    }

    /** The error code of an answer, after which its content follows. */
    private static int check(DataInputStream answer) throws IOException {
        answer.readInt();
        answer.readLong();
        return answer.readInt();
    }

    private void send(ByteArrayOutputStream message) throws IOException {
        ByteArrayOutputStream framed = new ByteArrayOutputStream();
        writeBuffer(new DataOutputStream(framed), message.toByteArray());
        out.write(framed.toByteArray());
        out.flush();
    }

    private DataInputStream receive() throws IOException {
        return new DataInputStream(new ByteArrayInputStream(buffer(in)));
    }

    private static void writeBuffer(DataOutputStream target, byte[] bytes) throws IOException {
        target.writeInt(bytes.length);
        target.write(bytes);
    }

    private static byte[] buffer(DataInputStream source) throws IOException {
        int length = source.readInt();
        if (length > LARGEST) {
            throw new IOException("not ZooKeeper's answer: a message of " + length + " bytes");
        }
        byte[] bytes = new byte[Math.max(length, 0)];
        source.readFully(bytes);
        return bytes;
    }
}
