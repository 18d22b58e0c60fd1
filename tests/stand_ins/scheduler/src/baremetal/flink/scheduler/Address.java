// Copyright: the baremetal.flink maintainers
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
package baremetal.flink.scheduler;

import java.util.Objects;

/** Where something listens. */
final class Address {
    final String host;
    final int port;

    Address(String host, int port) {
        this.host = host;
        this.port = port;
    }

    /** From host:port or [IPv6]:port. */
    static Address parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("'" + text + "' is not host:port");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            return new Address(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException error) {
            throw new IllegalArgumentException("'" + text + "' is not host:port", error);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Address && ((Address) other).host.equals(host) && ((Address) other).port == port;
    }

    @Override
    public int hashCode() {
        return Objects.hash(host, port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
