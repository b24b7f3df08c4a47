package dev.stet.service.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A certificate and its key, from the files that everything else on the machine uses.
final class Pem {
    private static final int MAX_FILE = 1 << 20;
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private Pem() {}

    /// Both, to be given to TLS; protected by an empty password, for it stays in memory.
    ///
    /// @param certificate PEM: the server's first, then those that signed it
    /// @param key PEM, PKCS #8, not encrypted
    /// @throws IOException if one cannot be read, or they are no such thing: which file
    static KeyStore keyStore(Path certificate, Path key) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("stet", key(key), new char[0], chain(certificate));
            return store;
        } catch (GeneralSecurityException e) {
            throw new IOException(certificate + " and " + key + ": " + e.getMessage(), e);
        }
    }

    private static Certificate[] chain(Path file) throws IOException {
        try {
            Certificate[] chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(read(file)))
                    .toArray(Certificate[]::new);
            if (chain.length == 0) {
                throw new IOException(file + ": no certificate is in it");
            }
            return chain;
        } catch (GeneralSecurityException e) {
            throw new IOException(file + ": no certificate that can be read: " + e.getMessage(), e);
        }
    }

    private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
        Matcher matcher = KEY.matcher(new String(read(file), StandardCharsets.US_ASCII));
        if (!matcher.find()) {
            throw new IOException(file + ": no 'BEGIN PRIVATE KEY'; convert it: openssl pkcs8 -topk8 -nocrypt");
        }
        byte[] bytes;
        try {
            bytes = Base64.getMimeDecoder().decode(matcher.group(1).strip());
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": no private key that can be read", e);
        }
        for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
            } catch (InvalidKeySpecException e) {
                // it is of another kind
            }
        }
        throw new IOException(file + ": no key of EC, RSA or Ed25519");
    }

    private static byte[] read(Path file) throws IOException {
        if (Files.size(file) > MAX_FILE) {
            throw new IOException(file + " is larger than " + MAX_FILE + " bytes");
        }
        return Files.readAllBytes(file);
    }
}
