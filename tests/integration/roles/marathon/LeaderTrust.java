// Copyright: the baremetal.flink maintainers
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

import java.io.FileInputStream;
import java.io.InputStream;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Whom a Marathon trusts as its leader: as SSLContextUtil.scala of 1.11 puts it together, with names compared as Akka HTTP does.
 *  Arguments: key store, its password, ports on 127.0.0.1. */
public class LeaderTrust {
  static X509TrustManager of(KeyStore store) throws Exception {
    TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return (X509TrustManager) factory.getTrustManagers()[0];
  }

  public static void main(String[] arguments) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    try (InputStream in = new FileInputStream(arguments[0])) {
      store.load(in, arguments[1].toCharArray());
    }
    X509TrustManager own = of(store);
    X509TrustManager system = of(null);
    X509TrustManager both = new X509TrustManager() {
      public X509Certificate[] getAcceptedIssuers() {
        return system.getAcceptedIssuers();
      }

      public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
        throw new CertificateException("not asked");
      }

      public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
        try {
          own.checkServerTrusted(chain, kind);
        } catch (CertificateException error) {
          system.checkServerTrusted(chain, kind);
        }
      }
    };
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {both}, null);
    for (int index = 2; index < arguments.length; index++) {
      try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", Integer.parseInt(arguments[index]))) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        System.out.println("trusted");
      } catch (Exception error) {
        System.out.println("refused: " + error.getMessage());
      }
    }
  }
}
